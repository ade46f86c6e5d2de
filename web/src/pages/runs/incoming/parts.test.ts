import { describe, expect, it } from 'vitest';
import { incomingParts } from './parts';

describe('incomingParts', () => {
  it('puts the body of a call first, and leaves out what says nothing', () => {
    const event = { kind: 'webhook', body: { no: 1 }, headers: { host: 'x' }, query: {}, params: {} };
    expect(incomingParts(event)).toEqual({ main: { no: 1 }, rest: { headers: { host: 'x' } } });
  });
  it('takes the input of runs by hand, and all of other events', () => {
    expect(incomingParts({ kind: 'manual', input: { count: 3 } })).toEqual({ main: { count: 3 } });
    expect(incomingParts({ kind: 'schedule', fire_at: '2026-03-05T00:30:00Z' })).toEqual({
      main: { fire_at: '2026-03-05T00:30:00Z' },
    });
    expect(incomingParts(null)).toEqual({ main: null });
  });
});
