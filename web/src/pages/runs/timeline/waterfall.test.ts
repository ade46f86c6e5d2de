import { describe, expect, it } from 'vitest';
import type { RunView, StepRun } from '../view/merge';
import { barsOf, ticks, waterfall } from './waterfall';

const T0 = Date.parse('2026-03-05T10:00:00Z');
const time = (ms: number) => new Date(T0 + ms).toISOString();
const error = { code: 'http_status', class: 'server', message: { en: '', 'zh-TW': '' } };
const step = (over: Partial<StepRun>): StepRun => ({
  id: 's',
  use: 'http.request',
  status: 'succeeded',
  attempts: [],
  ...over,
});
const kinds = (of: StepRun, now = 60_000) =>
  barsOf(of, T0, T0 + now).map(({ kind, from, to, open }) => [kind, from, to, open]);

describe('the bars of a step', () => {
  it('are its attempts, and the pauses between them', () => {
    const tried = step({
      status: 'succeeded',
      started_at: time(100),
      finished_at: time(3000),
      attempts: [
        { attempt: 1, started_at: time(100), finished_at: time(400), error },
        { attempt: 2, started_at: time(1400), finished_at: time(3000) },
      ],
    });
    expect(kinds(tried)).toEqual([
      ['failed', 100, 400, false],
      ['pause', 400, 1400, false],
      ['attempt', 1400, 3000, false],
    ]);
  });

  it('go on until now while it is under way, or waits for its next attempt', () => {
    const begun = { attempt: 1, started_at: time(100) };
    expect(kinds(step({ status: 'running', attempts: [begun] }), 5000)).toEqual([
      ['attempt', 100, 5000, true],
    ]);
    const failed = { ...begun, finished_at: time(300), error };
    expect(kinds(step({ status: 'waiting', attempts: [failed] }), 5000)).toEqual([
      ['failed', 100, 300, false],
      ['pause', 300, 5000, true],
    ]);
  });

  it('end with the run where an attempt was cut short', () => {
    const cut = step({
      status: 'cancelled',
      finished_at: time(900),
      attempts: [{ attempt: 1, started_at: time(100) }],
    });
    expect(kinds(cut)).toEqual([['attempt', 100, 900, false]]);
  });

  it('are one for scripts, waits and loops', () => {
    expect(kinds(step({ use: 'script', finished_at: time(500), took_us: 20_000 }))).toEqual([
      ['attempt', 480, 500, false],
    ]);
    const span = { started_at: time(100), finished_at: time(900) };
    expect(kinds(step({ use: 'approval', ...span }))).toEqual([['wait', 100, 900, false]]);
    expect(kinds(step({ use: 'for_each', ...span }))).toEqual([['loop', 100, 900, false]]);
    expect(kinds(step({ status: 'skipped' }))).toEqual([]);
  });
});

describe('waterfall', () => {
  it('begins with the run, and leaves out what did not happen in it', () => {
    const view = {
      created_at: time(-5000),
      started_at: time(0),
      finished_at: time(2000),
      steps: [
        step({ id: 'kept', kept: true, started_at: time(0), finished_at: time(0) }),
        step({ id: 'skipped', status: 'skipped' }),
        step({ id: 'did', started_at: time(0), finished_at: time(1000) }),
      ],
    } as unknown as RunView;
    const { length, rows } = waterfall(view);
    expect(length).toBe(2000);
    expect(rows.map((row) => row.step.id)).toEqual(['did']);
  });
});

describe('ticks', () => {
  it('stand at lengths that read well, and are few', () => {
    expect(ticks(2300)).toEqual([0, 500, 1000, 1500, 2000]);
    expect(ticks(95_000)).toEqual([0, 30_000, 60_000, 90_000]);
    expect(ticks(3 * 3_600_000)).toEqual([0, 1, 2, 3].map((h) => h * 3_600_000));
    for (const length of [1, 7, 90, 12_345, 9_999_999, 5e9])
      expect(ticks(length).length).toBeLessThanOrEqual(7);
  });
});
