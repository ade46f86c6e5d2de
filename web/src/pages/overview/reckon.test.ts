import { describe, expect, it } from 'vitest';
import { changeOf, isSilent, periodOf, pointsOf, savedTime } from './reckon';
import type { Overview } from './types';

describe('the period in the address', () => {
  it('is one that the server can tell, else a week', () => {
    expect(periodOf('28')).toBe(28);
    expect(periodOf('30')).toBe(7);
    expect(periodOf(undefined)).toBe(7);
  });
});

describe('against the time before', () => {
  it('is a share, up or down', () => {
    expect(changeOf(112, 100)).toEqual({ direction: 'up', by: 0.12 });
    expect(changeOf(50, 100)).toEqual({ direction: 'down', by: 0.5 });
    expect(changeOf(1001, 1000)).toEqual({ direction: 'same', by: 0 });
  });

  it('cannot be told of nothing', () => {
    expect(changeOf(12, 0)).toBeUndefined();
  });

  it('is in points for what is a share already', () => {
    expect(pointsOf(0.995, 0.98)).toEqual({ direction: 'up', by: 1.5 });
    expect(pointsOf(0.9, 1)).toEqual({ direction: 'down', by: 10 });
    expect(pointsOf(0.99501, 0.995)).toEqual({ direction: 'same', by: 0 });
  });
});

describe('time saved', () => {
  it('is told in hours, and in working days once it is a day', () => {
    expect(savedTime(45)).toEqual({ hours: 0.8 });
    expect(savedTime(12 * 60)).toEqual({ hours: 12, days: 1.5 });
  });
});

it('is silent only when nothing ran before either', () => {
  const of = (total: number, before: number) =>
    ({ runs: { total }, previous: { total: before } }) as unknown as Overview;
  expect(isSilent(of(0, 0))).toBe(true);
  expect(isSilent(of(0, 3))).toBe(false);
});
