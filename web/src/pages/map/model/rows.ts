/** The map as a table: one row for each line, in the order of the names of its ends. */
import type { MapEdge, SystemMap } from '../types';
import { type Cell, csvOf } from './csv';

export interface Row {
  edge: MapEdge;
  from: string;
  to: string;
}

export function rowsOf(map: SystemMap, nameOf: (id: string) => string): Row[] {
  return map.edges
    .map((edge) => ({ edge, from: nameOf(edge.from), to: nameOf(edge.to) }))
    .toSorted((a, b) => a.from.localeCompare(b.from) || a.to.localeCompare(b.to) || (a.edge.manual ? 1 : -1));
}

export interface Words {
  head: string[];
  byFlow: string;
  byHand: string;
  comma: string;
}

/** Lines first, then systems that no line touches, so that the file is the whole inventory. */
export function exported(map: SystemMap, nameOf: (id: string) => string, words: Words): string {
  const lines = rowsOf(map, nameOf).map(({ edge, from, to }): Cell[] => [
    from,
    to,
    edge.manual ? words.byHand : words.byFlow,
    edge.flows.map((flow) => flow.name).join(words.comma),
    edge.manual ? '' : edge.runs,
    edge.manual ? '' : edge.failed,
    edge.how ?? '',
    edge.note ?? '',
  ]);
  const touched = new Set(map.edges.flatMap(({ from, to }) => [from, to]));
  const alone = map.systems
    .filter((system) => !touched.has(system.id))
    .map((system): Cell[] => [nameOf(system.id), '', '', '', '', '', '', '']);
  return csvOf([words.head, ...lines, ...alone]);
}
