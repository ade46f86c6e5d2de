/** Which runs an action is meant for, and as which body it is sent. */
import type { Schemas } from '@/api/client';
import type { RunFilter } from '../list/filter';
import { isActive } from '../list/held';

export type Action = Schemas['Action'];
export const ACTIONS: Action[] = ['resume', 'replay', 'cancel', 'dismiss'];

/** Runs by their ids, or all that fit a filter. */
export type Targets = { ids: string[] } | { filter: RunFilter };

/** What can be meant for a run that stands so; the server has the last word on each. */
export function fits(
  action: Action,
  run: Pick<Schemas['Run'], 'status' | 'resumed_by' | 'dismissed' | 'mode'>,
) {
  if (action === 'cancel') return isActive(run.status);
  if (run.mode === 'test') return false;
  if (action === 'replay') return !isActive(run.status);
  return run.status === 'failed' && !run.resumed_by && (action === 'resume' || !run.dismissed);
}

/** The filter narrowed to what the action can be meant for; nothing where none of its runs can be. */
export function narrowed(action: Action, filter: RunFilter): RunFilter | undefined {
  const { status } = filter;
  if (action === 'cancel') return status && isActive(status) ? filter : undefined;
  if (action === 'replay') return status && isActive(status) ? undefined : filter;
  return status && status !== 'failed' ? undefined : { ...filter, status: 'failed', dead_letters: true };
}

/** As `POST /runs/bulk` and its preview take it. */
export const targetBody = (targets: Targets) =>
  'ids' in targets ? { ids: targets.ids } : { filter: targets.filter as Schemas['RunFilter'] };
