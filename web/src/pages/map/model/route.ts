/** How a line runs between two boxes that may stand anywhere. */
import type { MapEdge } from '../types';

export interface Point {
  x: number;
  y: number;
}
export interface Box extends Point {
  width: number;
  height: number;
}
interface Route {
  /** Ends where the arrow begins. */
  path: string;
  arrow: string;
  /** Where a label stands that is so far along the way, from 0 to 1. */
  label: (spot: number) => Point;
}

/** Between lines that join the same two boxes: as much as a label is high, also where the map is drawn smaller. */
const APART = 40;

/** How far each line stands off the straight way, so that lines between the same two boxes do not lie on each other. */
export function shiftsOf(edges: Pick<MapEdge, 'id' | 'from' | 'to'>[]): Map<string, number> {
  const pairs = new Map<string, Pick<MapEdge, 'id' | 'from' | 'to'>[]>();
  for (const edge of edges) {
    const pair = JSON.stringify([edge.from, edge.to].toSorted());
    pairs.set(pair, [...(pairs.get(pair) ?? []), edge]);
  }
  const shifts = new Map<string, number>();
  for (const pair of pairs.values()) {
    const sorted = pair.toSorted((a, b) => a.from.localeCompare(b.from) || a.id.localeCompare(b.id));
    for (const [index, edge] of sorted.entries())
      shifts.set(edge.id, (index - (sorted.length - 1) / 2) * APART);
  }
  return shifts;
}

/** Leaves and enters at the sides that face each other, the wider gap deciding which those are. */
export function routeOf(from: Box, to: Box, shift: number, head = 9): Route {
  const [a, b] = [middle(from), middle(to)];
  const across = Math.abs(b.x - a.x) - (from.width + to.width) / 2;
  const down = Math.abs(b.y - a.y) - (from.height + to.height) / 2;
  if (across >= down) {
    const way = b.x >= a.x ? 1 : -1;
    const start = { x: a.x + (way * from.width) / 2, y: a.y + within(shift, from.height) };
    const tip = { x: b.x - (way * to.width) / 2, y: b.y + within(shift, to.height) };
    const end = { x: tip.x - way * head, y: tip.y };
    const bend = way * Math.max(24, Math.abs(end.x - start.x) / 2);
    const curve: Curve = [start, { x: start.x + bend, y: start.y }, { x: end.x - bend, y: end.y }, end];
    return {
      path: drawn(curve),
      arrow: `M${xy(tip)}L${xy({ x: end.x, y: end.y - head * 0.6 })}L${xy({ x: end.x, y: end.y + head * 0.6 })}Z`,
      // Where many lines crowd at the box, their labels still stand apart.
      label: (spot) => along(curve, spot, shift - within(shift, Math.min(from.height, to.height))),
    };
  }
  const way = b.y >= a.y ? 1 : -1;
  const start = { x: a.x + within(shift, from.width), y: a.y + (way * from.height) / 2 };
  const tip = { x: b.x + within(shift, to.width), y: b.y - (way * to.height) / 2 };
  const end = { x: tip.x, y: tip.y - way * head };
  const bend = way * Math.max(24, Math.abs(end.y - start.y) / 2);
  const curve: Curve = [start, { x: start.x, y: start.y + bend }, { x: end.x, y: end.y - bend }, end];
  return {
    path: drawn(curve),
    arrow: `M${xy(tip)}L${xy({ x: end.x - head * 0.6, y: end.y })}L${xy({ x: end.x + head * 0.6, y: end.y })}Z`,
    // Labels are wider than high: beside each other they would overlap, so they stand below each other.
    label: (spot) => along(curve, spot, shift),
  };
}

/** About as large as labels are where the map is drawn a little smaller. */
const LABEL = { width: 116, height: 30 };
/** The middle where there is room, else more and more to the ends. */
const SPOTS = [0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68, 0.26, 0.74, 0.2, 0.8, 0.14, 0.86];

/** How far along its way each line's label stands, so that none lies on another or on a box, or as little as can be. */
export function spotsOf(
  edges: Pick<MapEdge, 'id' | 'from' | 'to'>[],
  boxes: Map<string, Box>,
  shifts: Map<string, number>,
): Map<string, number> {
  const taken = [...boxes.values()];
  const spots = new Map<string, number>();
  const lines = edges.flatMap(({ id, from, to }) => {
    const [a, b] = [boxes.get(from), boxes.get(to)];
    return a && b
      ? [{ id, ...routeOf(a, b, shifts.get(id) ?? 0), far: Math.hypot(b.x - a.x, b.y - a.y) }]
      : [];
  });
  // The shortest have the least choice.
  for (const { id, label } of lines.toSorted((a, b) => a.far - b.far)) {
    let best = { spot: 0.5, box: centred(label(0.5), LABEL), covered: Number.POSITIVE_INFINITY };
    for (const spot of SPOTS) {
      const box = centred(label(spot), LABEL);
      const covered = taken.reduce((sum, other) => sum + overlap(box, other), 0);
      if (covered < best.covered) best = { spot, box, covered };
      if (covered === 0) break;
    }
    taken.push(best.box);
    spots.set(id, best.spot);
  }
  return spots;
}

const centred = ({ x, y }: Point, { width, height }: typeof LABEL): Box => ({
  x: x - width / 2,
  y: y - height / 2,
  width,
  height,
});
/** The area that both cover. */
const overlap = (a: Box, b: Box) =>
  Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)) *
  Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y));

const middle = (box: Box): Point => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
/** Lines never leave beside the box, however many there are. */
const within = (shift: number, side: number) => Math.max(-side / 2 + 8, Math.min(side / 2 - 8, shift));
const round = (n: number) => Math.round(n * 10) / 10;
const xy = (point: Point) => `${round(point.x)},${round(point.y)}`;

/** Begin, its handle, the handle of the end, the end. */
type Curve = [Point, Point, Point, Point];
const drawn = ([start, first, second, end]: Curve) => `M${xy(start)}C${xy(first)} ${xy(second)} ${xy(end)}`;
const along = (curve: Curve, t: number, down: number): Point => {
  const [a, b, c, d] = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t ** 3];
  const of = (axis: 'x' | 'y') =>
    a * curve[0][axis] + b * curve[1][axis] + c * curve[2][axis] + d * curve[3][axis];
  return { x: of('x'), y: of('y') + down };
};
