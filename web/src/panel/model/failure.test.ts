import { describe, expect, it } from 'vitest';
import { followersOfError, retryOf, waits } from './failure';

describe('trying again', () => {
  it('waits longer each time, up to a most', () => {
    expect(waits({ attempts: 5, first: '1s', max: '5s' })).toEqual([1000, 2000, 4000, 5000]);
    expect(waits({ attempts: 3, backoff: 'fixed', first: '10s' })).toEqual([10_000, 10_000]);
    expect(waits({ attempts: 1 })).toEqual([]);
  });
  it('is read as it stands', () => {
    expect(retryOf({ id: 'a', use: 'x.y', retry: { attempts: 2, more: 1 } })).toEqual({
      attempts: 2,
      more: 1,
    });
    expect(retryOf({ id: 'a', use: 'x.y' })).toBeUndefined();
  });
});

describe('the way of an error', () => {
  it('is known by what follows it', () => {
    const steps = [
      { id: 'a', use: 'x.y' },
      { id: 'b', use: 'script', after: ['a.error'] },
      { id: 'c', use: 'script', after: ['a'] },
    ];
    const flow = { causeway: 1 as const, kind: 'flow' as const, name: '', trigger: { use: 'manual' }, steps };
    expect(followersOfError(flow, 'a')).toEqual(['b']);
    expect(followersOfError(flow, 'b')).toEqual([]);
  });
});
