import { describe, expect, it } from 'vitest';
import { fits, narrowed } from './targets';

const run = (over: object) => ({
  status: 'failed' as const,
  resumed_by: null,
  dismissed: false,
  mode: 'normal' as const,
  ...over,
});

describe('what is offered for a run', () => {
  it('resumes and dismisses what waits for a person', () => {
    expect(fits('resume', run({}))).toBe(true);
    expect(fits('resume', run({ resumed_by: 'x' }))).toBe(false);
    expect(fits('dismiss', run({ dismissed: true }))).toBe(false);
    expect(fits('resume', run({ status: 'succeeded' }))).toBe(false);
  });
  it('cancels what goes on, and replays what ended', () => {
    expect(fits('cancel', run({ status: 'waiting' }))).toBe(true);
    expect(fits('replay', run({ status: 'waiting' }))).toBe(false);
    expect(fits('replay', run({ status: 'cancelled' }))).toBe(true);
  });
  it('leaves test runs alone', () => {
    expect(fits('replay', run({ mode: 'test' }))).toBe(false);
  });
});

describe('what is meant by all that fit the filter', () => {
  it('is only what waits for a person, to resume or dismiss', () => {
    expect(narrowed('resume', { flow: 'orders' })).toEqual({
      flow: 'orders',
      status: 'failed',
      dead_letters: true,
    });
    expect(narrowed('dismiss', { status: 'succeeded' })).toBeUndefined();
  });
  it('can be cancelled where the filter names a status that goes on', () => {
    expect(narrowed('cancel', { status: 'waiting' })).toEqual({ status: 'waiting' });
    expect(narrowed('cancel', {})).toBeUndefined();
    expect(narrowed('replay', { status: 'running' })).toBeUndefined();
  });
});
