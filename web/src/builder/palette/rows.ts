/** The lines of the palette, from what it offers and what is typed. */
import type { Step } from '@/flow/types';
import { allOf, type Entry, found, type Offer, type System } from './entries';

export type Row =
  | { kind: 'entry'; key: string; entry: Entry }
  | { kind: 'system'; key: string; system: System }
  | { kind: 'meet'; key: string; step: Step }
  | { kind: 'part'; key: string };

type GroupName = 'way' | 'recent' | 'flow' | 'yours' | 'others' | 'results' | 'reads' | 'changes' | 'events';

export interface Group {
  name: GroupName;
  rows: Row[];
}

export interface Asked {
  offer: Offer;
  query: string;
  /** The system that was opened. */
  opened: string | null;
  recent: string[];
  /** Systems with a connection. */
  connected: ReadonlySet<string>;
  /** Steps that this way could go on with. */
  meet: Step[];
  /** Whether the way can be parted from the step that it leads to. */
  part: boolean;
  hide: (use: string) => boolean;
}

const entryRow = (entry: Entry, at: string): Row => ({ kind: 'entry', key: `${at} ${entry.use}`, entry });
const systemRow = (system: System): Row => ({ kind: 'system', key: `system ${system.name}`, system });

export function groupsOf(asked: Asked): Group[] {
  const { offer, query, opened, hide } = asked;
  const shown = (entries: Entry[]) => entries.filter((entry) => !hide(entry.use));
  const system = offer.systems.find((one) => one.name === opened);
  if (query.trim()) {
    const within = system ? system.entries : allOf(offer);
    return filled([
      {
        name: 'results',
        rows: found(shown(within), query, asked.connected).map((one) => entryRow(one, 'found')),
      },
    ]);
  }
  if (system) {
    const rows = (entries: Entry[]) => entries.map((one) => entryRow(one, 'of'));
    return filled([
      { name: 'events', rows: rows(system.entries.filter((one) => one.way)) },
      { name: 'changes', rows: rows(system.entries.filter((one) => !one.way && !one.readOnly)) },
      { name: 'reads', rows: rows(system.entries.filter((one) => !one.way && one.readOnly)) },
    ]);
  }
  const all = new Map(allOf(offer).map((entry) => [entry.use, entry]));
  const recent = asked.recent.flatMap((use) => all.get(use) ?? []);
  const isYours = (one: System) => asked.connected.has(one.name);
  return filled([
    {
      name: 'way',
      rows: [
        ...(asked.part ? [{ kind: 'part', key: 'part' } as const] : []),
        ...asked.meet.map((step): Row => ({ kind: 'meet', key: `meet ${step.id}`, step })),
      ],
    },
    { name: 'recent', rows: shown(recent).map((one) => entryRow(one, 'recent')) },
    { name: 'flow', rows: shown(offer.kinds).map((one) => entryRow(one, 'flow')) },
    { name: 'yours', rows: offer.systems.filter(isYours).map(systemRow) },
    { name: 'others', rows: offer.systems.filter((one) => !isYours(one)).map(systemRow) },
  ]);
}

const filled = (groups: Group[]) => groups.filter((group) => group.rows.length > 0);
