/** The ways out of a step. */
import type { Step } from './types';

export const ERROR = 'error';

/** A place that a step can come after: a step, and one of its exits where it has several. */
export interface Ref {
  id: string;
  port?: string;
}

export function parseRef(text: string): Ref {
  const dot = text.indexOf('.');
  return dot < 0 ? { id: text } : { id: text.slice(0, dot), port: text.slice(dot + 1) };
}

export const refOf = (id: string, port?: string): string => (port ? `${id}.${port}` : id);

const FIXED: Record<string, string[]> = { approval: ['approved', 'rejected', 'timed_out'] };

/** The named exits, `error` aside; nothing for a step with a single one. The server says the same of each kind. */
export function portsOf(step: Step): string[] | undefined {
  if (step.use !== 'branch') return FIXED[step.use];
  const cases = Array.isArray(step.with?.cases) ? step.with.cases : [];
  const named = [...cases.map((one) => (one as { port?: unknown })?.port), step.with?.otherwise];
  return [...new Set(named.filter((port): port is string => typeof port === 'string' && port !== ''))];
}

/** Whether nothing can come after it. */
export const endsRun = (step: Step): boolean => step.use === 'stop';

/** What can be written into `after` to go on from here, the error way aside. */
export const exitsOf = (step: Step): string[] =>
  endsRun(step) ? [] : (portsOf(step)?.map((port) => refOf(step.id, port)) ?? [step.id]);
