/** Slugs: how flows are named in addresses, files and on the command line. */

import type { FlowDocument } from '@/flow/types';

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
  const base = slug.replace(/-\d{1,2}$/, '');
  const suffix = `-${n}`;
  return base.slice(0, LONGEST - suffix.length) + suffix;
}

/** The document under another slug; a webhook's address goes with it, since two flows cannot have the same one. */
export function renamed(document: FlowDocument, slug: string): FlowDocument {
  const number = /-\d{1,2}$/.exec(slug)?.[0];
  const input = document.trigger.with;
  const isCopy = number !== undefined && document.slug !== undefined && document.slug !== slug;
  if (!isCopy || document.trigger.use !== 'webhook' || typeof input?.path !== 'string') {
    return { ...document, slug };
  }
  const path = input.path.replace(/-\d{1,2}$/, '') + number;
  return { ...document, slug, trigger: { ...document.trigger, with: { ...input, path } } };
}
