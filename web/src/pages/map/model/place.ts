/** Where the systems stand: where somebody put them, else in the order in which data flows, from left to right. */
import dagre from '@dagrejs/dagre';
import type { MapEdge, MapSystem } from '../types';
import type { Box, Point } from './route';

/** The style sheet draws systems this large. */
export const SYSTEM = { width: 192, height: 64 } as const;
const GAP = { across: 184, down: 72 };
/** Systems that nothing leads to stand in rows of at least so many. */
const ROW = 4;

type Link = Pick<MapEdge, 'from' | 'to'> & { runs?: number };

export function placeSystems(systems: MapSystem[], edges: Link[]): Map<string, Point> {
  const auto = arrange(
    systems.map((system) => system.id),
    edges,
  );
  const own = new Map<string, Point>();
  for (const { id, x, y } of systems) {
    if (typeof x === 'number' && typeof y === 'number') own.set(id, { x, y });
  }
  if (own.size === 0) return auto;
  const places = new Map(own);
  for (const { id } of systems) {
    const at = auto.get(id);
    if (places.has(id) || !at) continue;
    const place = { ...at };
    // Moving one moves no other, unless it was put where that would stand.
    while ([...places.values()].some((other) => overlap(place, other))) place.y += SYSTEM.height + GAP.down;
    places.set(id, place);
  }
  return places;
}

const overlap = (a: Point, b: Point) =>
  Math.abs(a.x - b.x) < SYSTEM.width + 16 && Math.abs(a.y - b.y) < SYSTEM.height + 16;

function arrange(ids: string[], edges: Link[]): Map<string, Point> {
  const known = new Set(ids);
  const links = edges.filter(({ from, to }) => from !== to && known.has(from) && known.has(to));
  const linked = new Set(links.flatMap(({ from, to }) => [from, to]));
  const graph = new dagre.graphlib.Graph()
    // Where data goes round in a circle, the way with fewer runs is the one that is drawn backwards.
    .setGraph({ rankdir: 'LR', acyclicer: 'greedy', nodesep: GAP.down, ranksep: GAP.across })
    .setDefaultEdgeLabel(() => ({}));
  for (const id of ids) if (linked.has(id)) graph.setNode(id, { ...SYSTEM });
  for (const { from, to, runs = 0 } of links) {
    const before = (graph.edge(from, to) as { weight: number } | undefined)?.weight ?? 0;
    graph.setEdge(from, to, { weight: before + 1 + Math.round(4 * Math.log10(1 + runs)) });
  }
  if (linked.size > 0) dagre.layout(graph);

  const places = new Map<string, Point>();
  let [right, bottom] = [0, 0];
  for (const id of linked) {
    const { x, y } = graph.node(id) as Box;
    const place = { x: Math.round(x - SYSTEM.width / 2), y: Math.round(y - SYSTEM.height / 2) };
    places.set(id, place);
    right = Math.max(right, place.x + SYSTEM.width);
    bottom = Math.max(bottom, place.y + SYSTEM.height);
  }
  // Alone, and below what is joined.
  const step = { x: SYSTEM.width + 40, y: SYSTEM.height + GAP.down };
  const columns = Math.max(ROW, Math.floor(right / step.x));
  const top = linked.size > 0 ? bottom + 2 * GAP.down : 0;
  const alone = ids.filter((id) => !linked.has(id));
  for (const [index, id] of alone.entries()) {
    places.set(id, { x: (index % columns) * step.x, y: top + Math.floor(index / columns) * step.y });
  }
  return places;
}
