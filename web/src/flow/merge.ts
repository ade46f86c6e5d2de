/** Two people changed one draft: what each changed since the version that both began with, put together. */
import { isObject } from '@/lib/json';
import type { FlowDocument, Step } from './types';
import { bodyOf, walkSteps } from './walk';

export type Side = 'mine' | 'theirs';

/** A field that both changed, and not to the same. */
export interface Conflict {
  key: string;
  /** Absent: a field of the document itself. */
  step?: string;
  /** Inside the step or the document; absent where one removed the step that the other changed. */
  field?: string;
  mine: unknown;
  theirs: unknown;
}

interface Merged {
  document: FlowDocument;
  conflicts: Conflict[];
}

/** Where nothing is chosen for a conflict, mine counts. */
export function mergeFlows(
  base: FlowDocument,
  mine: FlowDocument,
  theirs: FlowDocument,
  choices: Record<string, Side> = {},
): Merged {
  const conflicts: Conflict[] = [];
  const pick = (conflict: Conflict) => {
    conflicts.push(conflict);
    return choices[conflict.key] === 'theirs' ? conflict.theirs : conflict.mine;
  };
  const [was, own, other] = [entries(base), entries(mine), entries(theirs)];
  const kept = new Map<string, Entry>();
  for (const id of new Set([...other.keys(), ...own.keys()])) {
    const entry = mergeStep(id, was.get(id), own.get(id), other.get(id), pick);
    if (entry) kept.set(id, entry);
  }
  const fields = mergeFields(fieldsOf(base), fieldsOf(mine), fieldsOf(theirs), (field, own, other) =>
    pick({ key: `/${field}`, field, mine: own, theirs: other }),
  );
  const document = { ...nested(fields), steps: listOf(null, kept, other, own) } as FlowDocument;
  return { document, conflicts };
}

type Fields = Record<string, unknown>;

/** A step by its own: without the steps inside of it, and with the loop that it stands in. */
interface Entry {
  loop: string | null;
  fields: Fields;
}

function entries(document: FlowDocument): Map<string, Entry> {
  return new Map(
    [...walkSteps(document)].map(({ step, loop }) => [
      step.id,
      { loop, fields: flattened(withoutBody(step)) },
    ]),
  );
}

function withoutBody(step: Step): Fields {
  if (!bodyOf(step)) return { ...step };
  const { body: _, ...rest } = step.with ?? {};
  return { ...step, with: rest };
}

const fieldsOf = (document: FlowDocument): Fields => {
  const { steps: _, ...rest } = document;
  return flattened(rest);
};

/** The members of `with` and of `settings` each for themselves: two people may have filled in two of them. */
const OPENED = new Set(['with', 'settings', 'trigger']);

function flattened(fields: Fields, at = ''): Fields {
  const flat: Fields = {};
  for (const [key, value] of Object.entries(fields)) {
    if (OPENED.has(key) && isOpenable(value)) {
      flat[`${at}${key}`] = EMPTY;
      Object.assign(flat, flattened(value as Fields, `${at}${key}/`));
    } else flat[`${at}${key}`] = value;
  }
  return flat;
}

const isOpenable = (value: unknown) =>
  isObject(value) && Object.keys(value).every((key) => !key.includes('/'));

/** Stands for an object whose members follow. */
const EMPTY = '\u0000{}';

function nested(flat: Fields): Fields {
  const fields: Fields = {};
  for (const [path, value] of Object.entries(flat)) {
    const keys = path.split('/');
    const last = keys.pop() as string;
    let at: Fields | undefined = fields;
    for (const key of keys) at = at?.[key] as Fields | undefined;
    if (at) at[last] = value === EMPTY ? {} : value;
  }
  return fields;
}

const isSame = (a: unknown, b: unknown) => a === b || JSON.stringify(a) === JSON.stringify(b);

function mergeFields(
  base: Fields,
  mine: Fields,
  theirs: Fields,
  pick: (field: string, mine: unknown, theirs: unknown) => unknown,
): Fields {
  const merged: Fields = {};
  for (const key of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
    const [was, own, other] = [base[key], mine[key], theirs[key]];
    const value =
      isSame(own, other) || isSame(was, own) ? other : isSame(was, other) ? own : pick(key, own, other);
    if (value !== undefined) merged[key] = value;
  }
  return merged;
}

function mergeStep(
  id: string,
  was: Entry | undefined,
  mine: Entry | undefined,
  theirs: Entry | undefined,
  pick: (conflict: Conflict) => unknown,
): Entry | undefined {
  const changed = (entry: Entry | undefined) => entry && was && !isSame(entry, was);
  if (!mine || !theirs) {
    const left = mine ?? theirs;
    // Added by one of us, or removed by the other who found it unchanged.
    if (!was) return left;
    if (!left || !changed(left)) return undefined;
    return pick({ key: `/steps/${id}`, step: id, mine, theirs }) as Entry | undefined;
  }
  const fields = mergeFields(was?.fields ?? {}, mine.fields, theirs.fields, (field, own, other) =>
    pick({ key: `/steps/${id}/${field}`, step: id, field, mine: own, theirs: other }),
  );
  const loop = was && mine.loop !== was.loop ? mine.loop : theirs.loop;
  return { loop, fields };
}

/** Their order, with what only mine has put after what it stood after. */
function listOf(
  loop: string | null,
  kept: Map<string, Entry>,
  theirs: Map<string, Entry>,
  mine: Map<string, Entry>,
): Step[] {
  const belongs = (id: string) => kept.get(id)?.loop === loop;
  const order = [...theirs.keys()].filter(belongs);
  let before = -1;
  for (const id of [...mine.keys()].filter(belongs)) {
    const at = order.indexOf(id);
    if (at < 0) order.splice(++before, 0, id);
    else before = at;
  }
  return order.map((id) => {
    const step = nested(kept.get(id)?.fields ?? {}) as unknown as Step;
    const inside = listOf(id, kept, theirs, mine);
    const isLoop = step.use === 'for_each' && (inside.length > 0 || step.with);
    return isLoop ? { ...step, with: { ...step.with, body: inside } } : step;
  });
}
