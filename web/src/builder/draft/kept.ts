/** What is not saved yet, in this browser: it is there again when the page was closed, or the session ended. */
import type { FlowDocument } from '@/flow/types';
import type { Base } from './store';

export interface Unsaved {
  document: FlowDocument;
  base: Base;
  at: string;
}

const keyOf = (user: string, slug: string) => `causeway.draft.${user}.${slug}`;

export function keepUnsaved(user: string, slug: string, unsaved: Omit<Unsaved, 'at'> | null) {
  try {
    if (unsaved === null) localStorage.removeItem(keyOf(user, slug));
    else
      localStorage.setItem(keyOf(user, slug), JSON.stringify({ ...unsaved, at: new Date().toISOString() }));
  } catch {
    // The browser keeps nothing, or has no room: the server still gets it in a second.
  }
}

export function keptUnsaved(user: string, slug: string): Unsaved | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(user, slug)) ?? 'null') as Unsaved | null;
    const isWhole =
      Array.isArray(kept?.document?.steps) &&
      Array.isArray(kept?.base?.document?.steps) &&
      typeof kept?.base?.revision === 'number';
    return isWhole ? (kept as Unsaved) : undefined;
  } catch {
    return undefined;
  }
}
