import { describe, expect, it } from 'vitest';
import type { RunSnapshot } from '@/api/live';
import type { FlowDocument } from '@/flow/types';
import { looks, merged, misses, type RunView, type StepRun, stepMs, tally } from './merge';

const step = (over: Partial<StepRun>): StepRun => ({
  id: 'post',
  use: 'http.request',
  status: 'succeeded',
  attempts: [],
  ...over,
});
const view = (over: object): RunView =>
  ({ id: 'r', status: 'running', steps: [], event: {}, handled_errors: 0, ...over }) as unknown as RunView;
const snapshot = (run: object, steps: object[]): RunSnapshot =>
  ({ run: { id: 'r', ...run }, steps }) as unknown as RunSnapshot;

describe('merged', () => {
  it('takes what happened since, and keeps what was too large to be told', () => {
    const read = view({ steps: [step({ output: { large: true }, status: 'running' })] });
    const live = snapshot({ status: 'succeeded' }, [step({ left_out: ['output'] } as Partial<StepRun>)]);
    const now = merged(read, live);
    expect(now.status).toBe('succeeded');
    expect(now.steps[0]).toMatchObject({ status: 'succeeded', output: { large: true } });
    expect(now.steps[0]).not.toHaveProperty('left_out');
    expect(misses(read, live)).toBe(false);
  });
  it('knows that something is to be read', () => {
    const live = snapshot({}, [step({ left_out: ['output'] } as Partial<StepRun>)]);
    expect(misses(view({ steps: [step({})] }), live)).toBe(true);
    expect(misses(view({ steps: [] }), live)).toBe(true);
  });
  it('is no other run', () => {
    const read = view({ status: 'failed' });
    expect(merged(read, snapshot({ id: 'other', status: 'succeeded' }, []))).toBe(read);
  });
});

describe('stepMs', () => {
  const started_at = '2026-03-05T10:00:00Z';
  it('takes the measured time first, then the clock', () => {
    expect(stepMs(step({ took_us: 1500, started_at }))).toBe(1.5);
    expect(stepMs(step({ started_at, finished_at: '2026-03-05T10:00:03Z' }))).toBe(3000);
  });
  it('goes on while the step does', () => {
    const now = Date.parse('2026-03-05T10:00:09Z');
    expect(stepMs(step({ status: 'waiting', started_at }), now)).toBe(9000);
    expect(stepMs(step({ status: 'cancelled', started_at }), now)).toBeUndefined();
    expect(stepMs(step({ status: 'pending' }), now)).toBeUndefined();
  });
});

describe('a loop', () => {
  const items = { count: 10, succeeded: 3, failed: 1, cursor: 4 };
  it('shows the later of what was read and what was told', () => {
    const told = { each: { step: 'each', count: 10, settled: 6, succeeded: 5, failed: 1 } };
    expect(tally(step({ id: 'each', items }), told)).toEqual({ count: 10, settled: 6, failed: 1 });
    const old = { each: { step: 'each', count: 10, settled: 2, succeeded: 2, failed: 0 } };
    expect(tally(step({ id: 'each', items }), old)).toEqual({ count: 10, settled: 4, failed: 1 });
  });
  const document: FlowDocument = {
    causeway: 1,
    kind: 'flow',
    name: 'f',
    trigger: { use: 'manual' },
    steps: [
      { id: 'each', use: 'for_each', with: { body: [{ id: 'push', use: 'http.request' }] } },
      { id: 'end', use: 'script' },
    ],
  };
  it('lends its look to the steps in it', () => {
    const found = looks(view({ steps: [step({ id: 'each', status: 'running', items })] }), document, {});
    expect(found.push).toEqual({ status: 'running', items: { count: 10, settled: 4, failed: 1 } });
    expect(found.end).toEqual({ status: 'pending' });
    expect(found.trigger).toEqual({ status: 'succeeded' });
  });
});
