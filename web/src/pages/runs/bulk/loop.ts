/** Doing the same to many runs, a page at a time: how far it is, what was refused, and stopping in between. */
import type { Schemas } from '@/api/client';

export type Result = Schemas['BulkResult'];
type Page = Schemas['ActedOn'];

export interface Progress {
  done: number;
  refused: Result[];
  /** Runs that replaced others, in the order in which they were made. */
  made: string[];
  /** All was done, or somebody stopped it. */
  state: 'going' | 'finished' | 'stopped';
}

export const begun: Progress = { done: 0, refused: [], made: [], state: 'going' };

export function folded(before: Progress, page: Page): Progress {
  return {
    ...before,
    done: before.done + page.done,
    refused: [...before.refused, ...page.results.filter((result) => !result.ok)],
    made: [...before.made, ...page.results.flatMap((result) => result.new_run ?? [])],
  };
}

/** Goes on until there is no cursor; `stopped` is asked before each page. */
export async function actOnAll(
  act: (cursor: string | undefined) => Promise<Page>,
  tell: (progress: Progress) => void,
  stopped: () => boolean,
): Promise<void> {
  let progress = begun;
  let cursor: string | undefined;
  tell(progress);
  do {
    if (stopped()) return tell({ ...progress, state: 'stopped' });
    const page = await act(cursor);
    progress = folded(progress, page);
    cursor = page.next_cursor ?? undefined;
    tell(progress);
  } while (cursor !== undefined);
  tell({ ...progress, state: 'finished' });
}

/** Refusals by their reason, the most frequent first. */
export function byReason(refused: Result[]): { code: string; message: Result['message']; runs: string[] }[] {
  const groups = new Map<string, { code: string; message: Result['message']; runs: string[] }>();
  for (const { code, message, run } of refused) {
    const key = code ?? '';
    const group = groups.get(key) ?? { code: key, message, runs: [] };
    group.runs.push(run);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => b.runs.length - a.runs.length);
}
