/** How large things are on the canvas, in pixels; the style sheet draws them so. */
import type { Step } from './types';

export interface Sizes {
  width: number;
  height: number;
  /** Where ways go in and out, from the left; the middle unless said. */
  axis?: number;
}

export const SIZE = {
  width: 264,
  height: 60,
  /** What a note adds to a card. */
  note: 42,
  /** Between rows. */
  gap: 74,
  /** Between columns. */
  column: 40,
  /** Around a loop's body, and below it. */
  pad: 22,
  foot: 34,
  /** The open end below the last step of a way. */
  tail: 46,
  /** A port's name with its `+` below it. */
  label: 44,
  meeting: { width: 116, height: 22 },
} as const;

export const heightOf = (step: Step): number => SIZE.height + (step.note ? SIZE.note : 0);

/** How wide a port's name stands; ideographs are twice as wide. */
export function labelWidth(port: string | undefined): number {
  if (!port) return 22;
  const units = [...port].reduce((sum, letter) => sum + (letter > '\u2e80' ? 12 : 6.6), 0);
  return Math.min(180, Math.round(units) + 22);
}
