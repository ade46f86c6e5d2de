/** Data as a tree of places, made of what its schema says and of what a sample holds; either may be missing. */
import type { Language } from '@/i18n';
import { type Field, fieldOf, groupFields, itemField, type Schema } from './fields';
import { lookUp, type Path, pathToCode } from './path';

export interface Place {
  /** From the root of expressions: `['steps', 'order', 'total']`. */
  path: Path;
  /** What people call it. */
  title: string;
  /** What it is called in data, where that is something else. */
  name?: string;
  value?: unknown;
  field?: Field;
  /** How many leading parts of the path may be missing in some run. */
  maybe?: number;
}

export interface Source extends Place {
  key: string;
  /** Step kind or operation, for its icon. */
  use?: string;
}

const MOST_ITEMS = 20;

export const codeOf = (place: Pick<Place, 'path' | 'maybe'>) => pathToCode(place.path, place.maybe);

const isBranch = (value: unknown): value is object => value !== null && typeof value === 'object';

/** The places directly inside. Lists show the items that the sample has, or one as the schema tells it. */
export function inside(place: Place, language: Language): Place[] {
  const { path, value, field, maybe } = place;
  const child = (part: string | number, title: string, inner: unknown, own?: Field): Place => ({
    path: [...path, part],
    title,
    name: title === String(part) ? undefined : String(part),
    value: inner,
    field: own,
    maybe,
  });
  if (Array.isArray(value) || (value === undefined && field?.kind === 'list')) {
    const item = field?.kind === 'list' ? itemField(field, language) : undefined;
    const items: unknown[] = Array.isArray(value) ? value.slice(0, MOST_ITEMS) : [undefined];
    return items.map((inner, at) => child(at, `${at + 1}`, inner, item));
  }
  const fields = field?.kind === 'group' ? groupFields(field, isBranch(value) ? value : {}, language) : [];
  const known = new Map(fields.map((one) => [one.name, one]));
  const more =
    isBranch(value) && !Array.isArray(value) ? Object.keys(value).filter((name) => !known.has(name)) : [];
  return [
    ...fields.map((one) => child(one.name, one.title, lookUp(value, [one.name]), one)),
    ...more.map((name) => child(name, name, lookUp(value, [name]))),
  ];
}

export const hasInside = (place: Place): boolean =>
  Array.isArray(place.value)
    ? place.value.length > 0
    : isBranch(place.value)
      ? Object.keys(place.value).length > 0
      : place.value === undefined && (place.field?.kind === 'group' || place.field?.kind === 'list');

/** A place as a schema describes it. */
export const described = (schema: unknown, language: Language): Field | undefined =>
  isBranch(schema) ? fieldOf(schema as Schema, schema as Schema, language, '') : undefined;

export interface Found {
  place: Place;
  source: Source;
  /** Titles from below the source down to the place. */
  trail: string[];
}

/** All places that fit what is looked for, shallow ones first within each source. */
export function search(sources: Source[], looked: string, language: Language, most = 200): Found[] {
  const words = looked.toLowerCase().split(/\s+/).filter(Boolean);
  const found: Found[] = [];
  for (const source of sources) {
    const open: Found[] = [{ place: source, source, trail: [] }];
    for (let at = 0; at < open.length && at < 3000; at++) {
      const one = open[at] as Found;
      if (words.length === 0 || fitsAll(one, words)) found.push(one);
      if (found.length >= most) return found;
      if (one.trail.length > 6 || !hasInside(one.place)) continue;
      // Of a list, the first item stands for all while one searches.
      const list = Array.isArray(one.place.value) || one.place.field?.kind === 'list';
      const next = inside(one.place, language).slice(0, list ? 1 : undefined);
      const inner = next.map((place) => ({ place, source, trail: [...one.trail, place.title] }));
      open.splice(at + 1, 0, ...inner);
    }
  }
  return found;
}

function fitsAll({ place, source, trail }: Found, words: string[]): boolean {
  const value = isBranch(place.value) ? '' : String(place.value ?? '').slice(0, 200);
  const text = `${source.title} ${trail.join(' ')} ${place.path.join('.')} ${value}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

/** A value in one short line. */
export function inShort(value: unknown, most = 80): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value.length > most ? `${value.slice(0, most)}…` : value;
  const text = JSON.stringify(value) ?? '';
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

/** What a sample holds, for lists of places: of what has an inside, only how much there is. */
export function inWords(value: unknown, items: (count: number) => string): string {
  if (Array.isArray(value)) return items(value.length);
  return isBranch(value) ? '' : inShort(value, 80);
}
