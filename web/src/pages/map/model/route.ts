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
  /** The middle, where the label stands. */
  label: Point;
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
    return {
      path: curve(start, { x: start.x + bend, y: start.y }, { x: end.x - bend, y: end.y }, end),
      arrow: `M${xy(tip)}L${xy({ x: end.x, y: end.y - head * 0.6 })}L${xy({ x: end.x, y: end.y + head * 0.6 })}Z`,
      // Where many lines crowd at the box, their labels still stand apart.
      label: { x: (start.x + end.x) / 2, y: (a.y + b.y) / 2 + shift },
    };
  }
  const way = b.y >= a.y ? 1 : -1;
  const start = { x: a.x + within(shift, from.width), y: a.y + (way * from.height) / 2 };
  const tip = { x: b.x + within(shift, to.width), y: b.y - (way * to.height) / 2 };
  const end = { x: tip.x, y: tip.y - way * head };
  const bend = way * Math.max(24, Math.abs(end.y - start.y) / 2);
  return {
    path: curve(start, { x: start.x, y: start.y + bend }, { x: end.x, y: end.y - bend }, end),
    arrow: `M${xy(tip)}L${xy({ x: end.x - head * 0.6, y: end.y })}L${xy({ x: end.x + head * 0.6, y: end.y })}Z`,
    // Labels are wider than high: beside each other they would overlap, so they stand below each other.
    label: { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 + shift },
  };
}

const middle = (box: Box): Point => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
/** Lines never leave beside the box, however many there are. */
const within = (shift: number, side: number) => Math.max(-side / 2 + 8, Math.min(side / 2 - 8, shift));
const round = (n: number) => Math.round(n * 10) / 10;
const xy = (point: Point) => `${round(point.x)},${round(point.y)}`;
const curve = (start: Point, first: Point, second: Point, end: Point) =>
  `M${xy(start)}C${xy(first)} ${xy(second)} ${xy(end)}`;
