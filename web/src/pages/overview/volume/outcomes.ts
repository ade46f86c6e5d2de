/** How each outcome looks in the chart: told apart by pattern as well as by colour. */
import type { Outcomes } from '../types';

export const OUTCOMES = ['succeeded', 'failed', 'cancelled'] as const satisfies (keyof Outcomes)[];
export type Outcome = (typeof OUTCOMES)[number];

export const COLOUR: Record<Outcome, string> = {
  succeeded: 'var(--mantine-primary-color-filled)',
  failed: 'light-dark(var(--mantine-color-red-7), var(--mantine-color-red-5))',
  cancelled: 'light-dark(var(--mantine-color-gray-6), var(--mantine-color-dark-2))',
};
/** A fill: what succeeded is plain, the others have patterns (`Patterns`). */
export const FILL: Record<Outcome, string> = {
  succeeded: COLOUR.succeeded,
  failed: 'url(#outcome-failed)',
  cancelled: 'url(#outcome-cancelled)',
};
