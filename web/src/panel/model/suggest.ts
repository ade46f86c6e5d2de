/** Which data probably belongs into a field: by its name, in whichever language, and by what stands around it. */
import type { Language } from '@/i18n';
import type { Target } from './mapping';
import { linkOf } from './mapping';
import type { Path } from './path';
import { type Found, type Place, type Source, search } from './tree';

/** Words that mean the same in one business system and the next. */
const SAME: string[][] = [
  ['no', 'number', 'code', 'id', 'num', 'nr'],
  ['qty', 'quantity', 'count'],
  ['tel', 'phone', 'telephone'],
  ['mail', 'email'],
  ['sku', 'product', 'item'],
  ['addr', 'address'],
  ['amount', 'sum', 'total'],
  ['memo', 'note', 'remark'],
  ['price', 'unitprice'],
];
const CANON = new Map(SAME.flatMap((words) => words.map((word) => [word, words[0] as string])));

export function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/e-mail/gi, 'email')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .map((word) => CANON.get(word) ?? word);
}

const key = (words: string[]) => [...new Set(words)].sort().join(' ');
const partsOf = (path: Path) => path.filter((part): part is string => typeof part === 'string');

/** From 0, nothing in common, to 1, the same name. */
export function likeness(
  target: Pick<Target, 'path' | 'title'>,
  place: Pick<Place, 'path' | 'title'>,
): number {
  const wanted = partsOf(target.path).at(-1) ?? '';
  const had = partsOf(place.path).at(-1) ?? '';
  if (wanted === '' || had === '') return 0;
  if (wanted.toLowerCase() === had.toLowerCase()) return 1;
  if (target.title.toLowerCase() === place.title.toLowerCase()) return 0.95;
  const [a, b] = [wordsOf(wanted), wordsOf(had)];
  if (key(a) === key(b)) return 0.9;
  // `customer.name` is what `customer_name` is.
  const around = wordsOf(partsOf(place.path).at(-2) ?? '');
  if (key(a) === key([...around, ...b])) return 0.85;
  const aroundWanted = wordsOf(partsOf(target.path).at(-2) ?? '');
  if (aroundWanted.length && key([...aroundWanted, ...a]) === key(b)) return 0.8;
  return 0;
}

const NUMBERS = ['number'];
/** Whether the one may stand for the other at all. */
function fitting(target: Target, found: Found): boolean {
  const { value, field } = found.place;
  const isList = Array.isArray(value) || field?.kind === 'list';
  const isGroup = !isList && ((typeof value === 'object' && value !== null) || field?.kind === 'group');
  if (target.field.kind === 'list') return isList;
  if (isList) return false;
  if (target.field.kind === 'group' || target.field.kind === 'pairs') return isGroup;
  if (isGroup) return target.field.kind === 'json';
  if (NUMBERS.includes(target.field.kind) && typeof value === 'string') return /^-?\d+(\.\d+)?$/.test(value);
  return true;
}

interface Suggestion {
  target: Target;
  found: Found;
}

const listOf = (path: Path) =>
  path
    .slice(
      0,
      path.findIndex((part) => typeof part === 'number'),
    )
    .join('.');

/** The best match for each field that is not filled in, where one is good enough. Later steps win over earlier ones. */
export function suggestions(
  targets: Target[],
  value: unknown,
  sources: Source[],
  language: Language,
): Suggestion[] {
  const places = search(sources, '', language, 1500).filter((found) => found.trail.length > 0);
  const open = targets.filter((target) => !linkOf(value, target));
  const matches = open.map((target) => ({ target, list: scored(target, places) }));
  // The items of one list come from the items of one list: from that which fits most of their fields.
  const counts = new Map<string, Map<string, number>>();
  for (const { target, list } of matches) {
    if (!target.list) continue;
    const own = counts.get(target.list.join('.')) ?? new Map<string, number>();
    counts.set(target.list.join('.'), own);
    for (const source of new Set(list.map((one) => listOf(one.place.path))))
      own.set(source, (own.get(source) ?? 0) + 1);
  }
  const chosen = new Map(
    [...counts].map(([name, own]) => [name, [...own].sort((a, b) => b[1] - a[1])[0]?.[0]]),
  );
  const found = matches.flatMap(({ target, list }) => {
    const source = target.list && chosen.get(target.list.join('.'));
    const best = list.find((one) => !target.list || listOf(one.place.path) === source);
    return best ? [{ target, found: best }] : [];
  });
  // Where its items are matched field by field, the list needs no match of its own.
  const mapped = new Set(found.flatMap(({ target }) => (target.list ? [target.list.join('.')] : [])));
  return found.filter(({ target }) => !mapped.has(target.path.join('.')));
}

/** What is good enough for a field, the best first. */
function scored(target: Target, places: Found[]): Found[] {
  const inList = target.list !== undefined;
  return places
    .filter((found) => found.place.path.some((part) => typeof part === 'number') === inList)
    .map((found, at) => ({ found, score: likeness(target, found.place) + at / 100_000 }))
    .filter(({ found, score }) => score >= 0.8 && fitting(target, found))
    .sort((a, b) => b.score - a.score)
    .map(({ found }) => found);
}
