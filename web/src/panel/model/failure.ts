/** What a step does when it fails, as choices: try again, and then stop or go on by another way. */
import { ERROR, refOf } from '@/flow/exits';
import { bodyGraph } from '@/flow/graph';
import type { FlowDocument, Step } from '@/flow/types';
import { listOf, standingOf } from '@/flow/walk';
import { durationMs } from './duration';

export interface Retry {
  attempts: number;
  backoff?: 'exponential' | 'fixed';
  first?: string;
  max?: string;
  on?: string[];
  [more: string]: unknown;
}

export const USUAL: Retry = { attempts: 5, backoff: 'exponential', first: '2s', max: '5m' };

export const retryOf = (step: Step): Retry | undefined =>
  step.retry && typeof step.retry.attempts === 'number' ? (step.retry as Retry) : undefined;

/** How long is waited before each further attempt, in milliseconds, as the server counts. */
export function waits(retry: Retry): number[] {
  const first = durationMs(retry.first) ?? 1000;
  const max = durationMs(retry.max) ?? 600_000;
  const count = Math.max(0, Math.min(retry.attempts - 1, 99));
  return Array.from({ length: count }, (_, at) =>
    Math.min(max, retry.backoff === 'fixed' ? first : first * 2 ** at),
  );
}

/** The steps that a failed step goes on with. */
export function followersOfError(document: FlowDocument, id: string): string[] {
  const standing = standingOf(document, id);
  if (!standing) return [];
  return bodyGraph(listOf(document, standing.loop)).followers.get(refOf(id, ERROR)) ?? [];
}
