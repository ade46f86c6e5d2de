import { describe, expect, it, vi } from 'vitest';
import { actOnAll, byReason, type Progress, type Result } from './loop';

const ok = (run: string, new_run?: string): Result => ({ run, ok: true, new_run });
const no = (run: string, code: string): Result => ({ run, ok: false, code });
const page = (results: Result[], next_cursor?: string) => ({
  results,
  done: results.filter((one) => one.ok).length,
  refused: results.filter((one) => !one.ok).length,
  next_cursor,
});

describe('actOnAll', () => {
  it('goes on with the cursor until there is none, and adds up', async () => {
    const act = vi
      .fn()
      .mockResolvedValueOnce(page([ok('1', 'a'), no('2', 'run_active')], 'next'))
      .mockResolvedValueOnce(page([ok('3', 'b')]));
    const told: Progress[] = [];
    await actOnAll(
      act,
      (progress) => told.push(progress),
      () => false,
    );
    expect(act.mock.calls).toEqual([[undefined], ['next']]);
    expect(told.map((one) => one.done)).toEqual([0, 1, 2, 2]);
    expect(told.at(-1)).toMatchObject({ state: 'finished', made: ['a', 'b'] });
    expect(told.at(-1)?.refused).toHaveLength(1);
  });

  it('stops before the next page, and keeps what was done', async () => {
    let stop = false;
    const act = vi.fn().mockImplementation(async () => {
      stop = true;
      return page([ok('1')], 'next');
    });
    const told: Progress[] = [];
    await actOnAll(
      act,
      (progress) => told.push(progress),
      () => stop,
    );
    expect(act).toHaveBeenCalledTimes(1);
    expect(told.at(-1)).toMatchObject({ state: 'stopped', done: 1 });
  });

  it('lets a refusal of the whole call through', async () => {
    const problem = { code: 'bulk_count_changed' };
    await expect(
      actOnAll(
        async () => Promise.reject(problem),
        () => {},
        () => false,
      ),
    ).rejects.toBe(problem);
  });
});

describe('byReason', () => {
  it('puts the most frequent reason first', () => {
    const groups = byReason([no('1', 'run_active'), no('2', 'run_resumed'), no('3', 'run_resumed')]);
    expect(groups.map(({ code, runs }) => [code, runs.length])).toEqual([
      ['run_resumed', 2],
      ['run_active', 1],
    ]);
  });
});
