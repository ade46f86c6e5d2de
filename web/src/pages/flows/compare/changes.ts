/** What changed between two editions of a flow, in the order and the words that people read it in. */

import type { Schemas } from '@/api/client';
import type { FlowDocument, Step } from '@/flow/types';
import { stepById } from '@/flow/walk';
import { keysOf } from '@/lib/json';

/** How a value is shown: on one line, or side by side as text. */
export type Form = 'short' | 'text';
export interface Row {
  /** Keys on the way to the value, without `with`. */
  path: string[];
  form: Form;
  /** As text; absent where there was none. */
  old?: string;
  new?: string;
}
export interface Part {
  key: string;
  /** The flow itself, its trigger, its settings, or a step. */
  about: 'flow' | 'trigger' | 'settings' | 'step';
  change: 'added' | 'removed' | 'changed';
  step?: { id: string; name: string; use: string; inside?: string };
  rows: Row[];
}

const LONGEST_LINE = 72;

/** Texts as they are, also lists of short ones; the rest as JSON, on one line where it is short. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.length > 0 && value.every(isWord)) return value.join(', ');
  const line = JSON.stringify(value);
  return line.length <= LONGEST_LINE ? line : JSON.stringify(value, null, 2);
}

const isWord = (value: unknown) => typeof value === 'string' && /^[^\s,]{1,40}$/.test(value);

export function rowOf(path: string[], before: unknown, after: unknown): Row {
  const [old, now] = [before, after].map((value) => (value === undefined ? undefined : textOf(value)));
  const isLong = (text = '') => text.includes('\n') || text.length > LONGEST_LINE;
  return {
    path,
    form: isLong(old) || isLong(now) ? 'text' : 'short',
    ...(old !== undefined && { old }),
    ...(now !== undefined && { new: now }),
  };
}

/** Settings that came or went as a whole: each of them by its name. */
function rowsOfWhole(before: unknown, after: unknown): Row[] {
  const [was, is] = [before, after].map((value) => (value ?? {}) as Record<string, unknown>);
  return Object.keys({ ...was, ...is }).map((key) => rowOf([key], was?.[key], is?.[key]));
}

/** All rows of something that was not there before, or is there no more. */
function wholeStep(step: Step, change: 'added' | 'removed'): Row[] {
  const { id: _id, use: _use, name: _name, with: input, ...rest } = step;
  const values: [string[], unknown][] = [
    ...Object.entries(input ?? {}).map(([key, value]): [string[], unknown] => [[key], value]),
    ...Object.entries(rest).map(([key, value]): [string[], unknown] => [[key], value]),
  ];
  return values.map(([path, value]) =>
    change === 'added' ? rowOf(path, undefined, value) : rowOf(path, value, undefined),
  );
}

export function changesOf(
  diff: Schemas['Diff'],
  before: FlowDocument | undefined,
  after: FlowDocument,
): Part[] {
  const parts: Part[] = [];
  for (const about of ['flow', 'trigger', 'settings'] as const) {
    const fields = diff.fields.filter((field) => {
      const [first] = keysOf(field.field);
      return about === 'flow' ? first !== 'trigger' && first !== 'settings' : first === about;
    });
    if (fields.length === 0) continue;
    const rows = fields.flatMap((field) => {
      const keys = keysOf(field.field).slice(about === 'flow' ? 0 : 1);
      return keys.length > 0
        ? [rowOf(withoutInput(keys), field.old, field.new)]
        : rowsOfWhole(field.old, field.new);
    });
    parts.push({ key: about, about, change: 'changed', rows });
  }
  for (const step of diff.steps) {
    const change = step.change as Part['change'];
    const [was, is] = [before && stepById(before, step.id), stepById(after, step.id)];
    const known = is ?? was;
    parts.push({
      key: `step ${step.id}`,
      about: 'step',
      change,
      step: {
        id: step.id,
        name: known?.name ?? step.id,
        use: step.use,
        ...(step.inside && { inside: step.inside }),
      },
      rows:
        change === 'changed'
          ? (step.fields ?? []).map((field) => rowOf(withoutInput(keysOf(field.field)), field.old, field.new))
          : known
            ? wholeStep(known, change)
            : [],
    });
  }
  return parts;
}

const withoutInput = (keys: string[]) => (keys[0] === 'with' && keys.length > 1 ? keys.slice(1) : keys);

/** How many steps were added, removed and changed, and whether anything else was. */
export function tally(parts: Part[]) {
  const count = (change: Part['change']) =>
    parts.filter((part) => part.about === 'step' && part.change === change).length;
  return {
    added: count('added'),
    removed: count('removed'),
    changed: count('changed'),
    other: parts.some((part) => part.about !== 'step'),
  };
}
