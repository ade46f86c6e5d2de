/** Dead letters by what went wrong: the same flow, step and error are one cause, which is mended once. */
import type { Schemas } from '@/api/client';

export type Letter = Schemas['DeadLetter'];

export interface Cause {
  key: string;
  slug: string;
  step?: string;
  code: string;
  /** Newest first. */
  letters: Letter[];
  newest: Letter;
  oldest: Letter;
  /** How many may have reached the other system all the same. */
  doubtful: number;
}

/** The cause with the most letters first; of equal ones the newest. Letters come newest first. */
export function causes(letters: Letter[]): Cause[] {
  const groups = new Map<string, Letter[]>();
  for (const letter of letters) {
    const { slug, failure } = letter;
    const key = [slug, failure?.step ?? '', failure?.error.code ?? '', failure?.error.class ?? ''].join(' ');
    const group = groups.get(key);
    if (group) group.push(letter);
    else groups.set(key, [letter]);
  }
  return [...groups]
    .map(([key, group]): Cause => {
      const newest = group[0] as Letter;
      return {
        key,
        slug: newest.slug,
        step: newest.failure?.step ?? undefined,
        code: newest.failure?.error.code ?? '',
        letters: group,
        newest,
        oldest: group.at(-1) as Letter,
        doubtful: group.filter((letter) => letter.may_have_happened).length,
      };
    })
    .sort((a, b) => b.letters.length - a.letters.length || b.newest.id.localeCompare(a.newest.id));
}
