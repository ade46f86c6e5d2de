import { describe, expect, it } from 'vitest';
import { barsOf } from './sparkline';

const day = (succeeded: number, failed = 0) => ({ day: '2026-11-28', succeeded, failed });

describe('bars of runs per day', () => {
  it('uses the whole height for the best day and one scale for both sides', () => {
    const { bars, base } = barsOf([day(10), day(5), day(0, 10)], 60, 21);
    expect(base).toBe(10);
    expect(bars.map((bar) => [bar.up, bar.down])).toEqual([
      [10, 0],
      [5, 0],
      [0, 10],
    ]);
  });

  it('shows one failure among thousands', () => {
    const { bars, base } = barsOf([day(5000, 1)], 60, 21);
    expect(bars[0]?.down).toBe(1.5);
    expect(base + 1 + 1.5).toBeLessThanOrEqual(21);
  });

  it('fits the days between the edges', () => {
    const { bars, barWidth } = barsOf([day(1), day(1), day(1), day(1)], 30, 20, 2);
    expect(barWidth).toBe(6);
    expect((bars.at(-1)?.x ?? 0) + barWidth).toBe(30);
  });

  it('is flat where nothing ran', () => {
    const { bars } = barsOf([day(0), day(0)], 30, 20);
    expect(bars.every((bar) => bar.up === 0 && bar.down === 0)).toBe(true);
    expect(barsOf([], 30, 20).bars).toEqual([]);
  });
});
