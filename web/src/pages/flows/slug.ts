/** Slugs: how flows are named in addresses, files and on the command line. */

const LONGEST = 64;

/** The Latin part of a name as a slug; empty where it has none, such as in a Chinese name. */
export function suggestSlug(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/->|→|=>/g, ' to ')
    .replace(/['’]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^(-|to-(?=[a-z0-9]))+|(-to)?-*$/g, '')
    .slice(0, LONGEST)
    .replace(/-+$/, '');
}

export const isSlug = (text: string) => /^[a-z0-9-]{1,64}$/.test(text);

/** `orders`, then `orders-2`, `orders-3` ..., never longer than a slug may be. */
export function numbered(slug: string, n: number): string {
  if (n < 2) return slug;
  const base = slug.replace(/-\d+$/, '');
  const suffix = `-${n}`;
  return base.slice(0, LONGEST - suffix.length) + suffix;
}
