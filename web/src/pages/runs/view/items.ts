/** Items of loops: where they stand, and how they are called. */
import type { Step } from '@/flow/types';
import { bodyOf } from '@/flow/walk';

/** The place of an item's steps in the run's journal: `lines[3]`, `lines[3]/parts[0]`. */
export const itemFrame = (frame: string, loop: string, index: number) =>
  `${frame && `${frame}/`}${loop}[${index}]`;

/** The loops that stand in a loop's body. */
export const loopsInside = (loop: Step): Step[] => bodyOf(loop)?.filter((step) => bodyOf(step)) ?? [];

/** A record in one line: the fields by which people know it. */
const KNOWN_BY = [
  /^(no|number|code|sku|.*_no|.*_number|.*_code)$/i,
  /^(name|title|subject|.*_name)$/i,
  /^(id|key|.*_id)$/i,
];
const LONGEST = 80;

export function itemLabel(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'object') return String(value).slice(0, LONGEST);
  if (Array.isArray(value)) return JSON.stringify(value).slice(0, LONGEST);
  const entries = Object.entries(value).filter(
    ([, one]) => typeof one === 'string' || typeof one === 'number',
  );
  const known = KNOWN_BY.flatMap((by) => entries.filter(([key]) => by.test(key)).slice(0, 1));
  const telling = known.length > 0 ? known : entries.slice(0, 2);
  return [...new Map(telling).values()].join(' · ').slice(0, LONGEST);
}
