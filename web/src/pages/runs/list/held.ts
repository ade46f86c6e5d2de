/** New rows that come while somebody reads further down wait above, so that nothing moves under their eyes. */
import type { Schemas } from '@/api/client';

type Run = Schemas['Run'];

/** Ids are ordered by time: those after `newest` came later. */
export function withhold(runs: Run[], newest: string | undefined): { shown: Run[]; waiting: number } {
  if (newest === undefined) return { shown: runs, waiting: 0 };
  const shown = runs.filter((run) => run.id <= newest);
  return { shown, waiting: runs.length - shown.length };
}

/** Pages as they come, each run once. */
export function joined(pages: { runs: Run[] }[]): Run[] {
  const seen = new Set<string>();
  return pages
    .flatMap((page) => page.runs)
    .filter((run) => {
      if (seen.has(run.id)) return false;
      seen.add(run.id);
      return true;
    });
}

/** From when a run went to when it ended, or until now; absent where it has not begun. */
export function tookMs(run: Pick<Run, 'started_at' | 'finished_at'>, now = Date.now()): number | undefined {
  if (!run.started_at) return undefined;
  const end = run.finished_at ? new Date(run.finished_at).getTime() : now;
  return Math.max(0, end - new Date(run.started_at).getTime());
}

export const isActive = (status: Schemas['RunStatus']) =>
  status === 'queued' || status === 'running' || status === 'waiting';
