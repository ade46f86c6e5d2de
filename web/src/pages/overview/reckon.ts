/** What the figures of a period say: against the target, and against the time before. */
import type { Overview } from './types';

export const PERIODS = [1, 7, 28, 90] as const;
export type Period = (typeof PERIODS)[number];

/** The period that the address names; a week where it names none that can be told. */
export const periodOf = (days: string | undefined): Period =>
  PERIODS.find((one) => String(one) === days) ?? 7;

export type Direction = 'up' | 'down' | 'same';
export interface Change {
  direction: Direction;
  /** Never negative: the direction says that. */
  by: number;
}

/** As a share of what was before; nothing to compare with is no change. */
export function changeOf(now: number, before: number): Change | undefined {
  if (before === 0) return undefined;
  const share = Math.round(((now - before) / before) * 100) / 100;
  return { direction: directionOf(share), by: Math.abs(share) };
}

/** Two shares apart, in percentage points to a tenth. */
export function pointsOf(now: number, before: number): Change {
  const points = Math.round((now - before) * 1000) / 10;
  return { direction: directionOf(points), by: Math.abs(points) };
}

const directionOf = (by: number): Direction => (by > 0 ? 'up' : by < 0 ? 'down' : 'same');

/** Minutes as hours to a tenth, and as working days of eight hours where there is at least one. */
export function savedTime(minutes: number): { hours: number; days?: number } {
  const hours = Math.round(minutes / 6) / 10;
  return hours >= 8 ? { hours, days: Math.round((hours / 8) * 10) / 10 } : { hours };
}

/** Nothing ran, neither now nor before: there is nothing to tell yet. */
export const isSilent = (overview: Overview): boolean =>
  overview.runs.total === 0 && overview.previous.total === 0;
