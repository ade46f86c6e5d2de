/** The bars of a flow's runs per day: what went well stands on the line, what failed hangs below it. */
import type { Schemas } from '@/api/client';

export interface Bar {
  day: string;
  x: number;
  /** Heights in pixels; a day with any has at least 1.5, so that nothing that failed is invisible. */
  up: number;
  down: number;
}
interface Bars {
  bars: Bar[];
  /** Where the line is. */
  base: number;
  barWidth: number;
}

const LEAST = 1.5;

export function barsOf(daily: Schemas['FlowDay'][], width: number, height: number, gap = 2): Bars {
  const most = Math.max(1, ...daily.map((day) => day.succeeded));
  const mostFailed = Math.max(0, ...daily.map((day) => day.failed));
  // One scale for both sides, so that lengths compare.
  const scale = (height - 1) / (most + mostFailed);
  const base = Math.min(height - 1 - (mostFailed ? LEAST : 0), most * scale);
  const barWidth = daily.length ? (width - gap * (daily.length - 1)) / daily.length : 0;
  const bar = (count: number, room: number) =>
    count === 0 ? 0 : Math.min(room, Math.max(LEAST, count * scale));
  return {
    base,
    barWidth,
    bars: daily.map((day, index) => ({
      day: day.day,
      x: index * (barWidth + gap),
      up: bar(day.succeeded, base),
      down: bar(day.failed, height - base - 1),
    })),
  };
}
