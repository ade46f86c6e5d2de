/** What the palette offers: step kinds or trigger kinds, and what the connectors have. */

import type { Catalogue } from '@/api/catalogue';
import type { Text } from '@/api/client';

export interface Entry {
  use: string;
  title: Text;
  description: Text;
  /** The connector; absent for what belongs to flows themselves. */
  system?: string;
  systemTitle?: Text;
  /** Of operations: whether nothing is changed by it. */
  readOnly?: boolean;
  /** Of triggers: whether the system calls, or is asked. */
  way?: 'webhook' | 'poll';
}

export interface System {
  name: string;
  title: Text;
  entries: Entry[];
}

export interface Offer {
  kinds: Entry[];
  systems: System[];
}

/** In the order in which people need them. */
const KINDS = ['branch', 'script', 'for_each', 'approval', 'wait', 'call_flow', 'respond', 'stop'];
const STARTS = ['webhook', 'schedule', 'manual', 'called', 'flow_failed'];

export function offerOf(catalogue: Catalogue, of: 'step' | 'trigger'): Offer {
  const kinds = of === 'step' ? catalogue.steps : catalogue.triggers;
  const order = of === 'step' ? KINDS : STARTS;
  const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return {
    kinds: kinds
      .map(({ name, title, description }): Entry => ({ use: name, title, description }))
      .toSorted((a, b) => rank(a.use) - rank(b.use)),
    systems: catalogue.connectors
      .map((connector): System => {
        const of_ = { system: connector.name, systemTitle: connector.title };
        const entries: Entry[] =
          of === 'step'
            ? connector.operations.map((one) => ({
                use: `${connector.name}.${one.name}`,
                title: one.title,
                description: one.description,
                readOnly: one.read_only,
                ...of_,
              }))
            : (connector.triggers ?? []).map((one) => ({
                use: `${connector.name}.${one.name}`,
                title: one.title,
                description: one.description,
                way: one.way,
                ...of_,
              }));
        return { name: connector.name, title: connector.title, entries };
      })
      .filter((system) => system.entries.length > 0),
  };
}

export const allOf = (offer: Offer): Entry[] => [
  ...offer.kinds,
  ...offer.systems.flatMap((system) => system.entries),
];

/** Entries in which every word of the query stands, in either language; the best first. */
export function found(
  entries: readonly Entry[],
  query: string,
  connected: ReadonlySet<string> = new Set(),
  most = 60,
): Entry[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...entries];
  return entries
    .map((entry) => ({ entry, points: pointsOf(entry, words, connected) }))
    .filter(({ points }) => points > 0)
    .toSorted((a, b) => b.points - a.points)
    .slice(0, most)
    .map(({ entry }) => entry);
}

function pointsOf(entry: Entry, words: string[], connected: ReadonlySet<string>): number {
  const titles = both(entry.title);
  const systems = entry.systemTitle ? [...both(entry.systemTitle), entry.system ?? ''] : [];
  let sum = 0;
  for (const word of words) {
    const points = Math.max(
      ...titles.map((title) => (title.startsWith(word) ? 8 : title.includes(word) ? 6 : 0)),
      ...systems.map((system) => (system.startsWith(word) ? 5 : system.includes(word) ? 4 : 0)),
      entry.use.includes(word) ? 3 : 0,
      ...both(entry.description).map((text) => (text.includes(word) ? 1 : 0)),
    );
    if (points === 0) return 0;
    sum += points;
  }
  // What belongs to flows comes before one system's operation of the same worth, and systems in use before others.
  return sum + (!entry.system ? 2.5 : connected.has(entry.system) ? 2 : 0);
}

const both = (text: Text): string[] => [text.en.toLowerCase(), text['zh-TW'].toLowerCase()];
