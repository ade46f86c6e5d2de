/** The layout of one list of steps below what begins it. */
import dagre from '@dagrejs/dagre';
import { ERROR, parseRef } from './exits';
import { type Body, bodyGraph, drawnExits } from './graph';
import type { Box, Meeting, Place, Wire } from './layout';
import { columnOrder, topRows } from './order';
import { type Point, pathOf } from './route';
import { labelWidth, SIZE, type Sizes } from './sizes';
import type { Step } from './types';

export interface BodyLayout {
  begin: Box;
  boxes: Map<string, Box>;
  meetings: Meeting[];
  wires: Wire[];
  width: number;
  height: number;
}

const BEGIN = 'begin';
const stepKey = (id: string) => `step ${id}`;
const meetKey = (id: string) => `meet ${id}`;
const endKey = (ref: string) => `end ${ref}`;
const viaKey = (ref: string | null, to: string) => `via ${ref ?? ''} ${to}`;

/** A line before it has a place. */
interface Draft {
  from: string | null;
  to?: string;
  /** Keys of the graph that it passes. */
  keys: string[];
  place: Place;
}

export function layoutBody(
  steps: Step[],
  loop: string | null,
  begin: Sizes,
  sizes: Map<string, Sizes>,
): BodyLayout {
  const body = bodyGraph(steps);
  const graph = new dagre.graphlib.Graph({ multigraph: true })
    .setGraph({
      rankdir: 'TB',
      nodesep: SIZE.column,
      edgesep: SIZE.column * 2,
      ranksep: SIZE.gap,
      // dagre calls a function too; its types do not say so.
      ranker: topRows as unknown as string,
    })
    .setDefaultEdgeLabel(() => ({}));
  const known = new Map<string, Sizes>();
  const node = (key: string, size: Sizes) => {
    if (known.has(key)) return;
    known.set(key, size);
    graph.setNode(key, { width: size.width, height: size.height });
  };
  node(BEGIN, begin);
  const drafts = lines(body, loop);
  for (const draft of drafts) {
    for (const [index, key] of draft.keys.entries()) {
      node(key, sizeOf(key, sizes, draft));
      const before = draft.keys[index - 1];
      if (before) graph.setEdge(before, key, {}, `${draft.from ?? ''}>${draft.to ?? ''}`);
    }
  }
  // What is only reachable through a circle has no line from the beginning.
  for (const step of steps) node(stepKey(step.id), sizes.get(step.id) as Sizes);
  for (const step of steps) {
    if ((body.into.get(step.id)?.length ?? 0) > 1) {
      node(meetKey(step.id), SIZE.meeting);
      graph.setEdge(meetKey(step.id), stepKey(step.id), {}, 'meet');
    }
  }
  dagre.layout(graph, { customOrder: columnOrder });
  return new Placing(graph, known, body, drafts, loop).result();
}

function sizeOf(key: string, sizes: Map<string, Sizes>, draft: Draft): Sizes {
  if (key.startsWith('step ')) return sizes.get(key.slice(5)) as Sizes;
  if (key.startsWith('meet ')) return SIZE.meeting;
  return { width: labelWidth(draft.from ? parseRef(draft.from).port : undefined), height: SIZE.label };
}

/** All lines, in the order in which they should stand from left to right. */
function lines(body: Body, loop: string | null): Draft[] {
  const drafts: Draft[] = [];
  const byId = new Map(body.steps.map((step) => [step.id, step]));
  const seen = new Set<string>();
  const target = (id: string) => ((body.into.get(id)?.length ?? 0) > 1 ? meetKey(id) : stepKey(id));
  const wire = (from: string | null, source: string, to: string, forks: boolean) => {
    const end = target(to);
    const via = forks && end === meetKey(to) ? [viaKey(from, to)] : [];
    drafts.push({
      from,
      to,
      keys: [source, ...via, end],
      place: { loop, from: from === null ? [] : [from], to: [to] },
    });
  };
  const visit = (id: string) => {
    if (seen.has(id)) return;
    seen.add(id);
    const step = byId.get(id);
    if (!step) return;
    const exits = drawnExits(step, body);
    const outs = exits.reduce((sum, ref) => sum + Math.max(1, body.followers.get(ref)?.length ?? 0), 0);
    for (const ref of exits) {
      const next = body.followers.get(ref) ?? [];
      for (const to of next) wire(ref, stepKey(id), to, outs > 1);
      if (next.length === 0) {
        const place = { loop, from: [ref], to: [] };
        // The one open end of a step hangs below its card; among others it has a column.
        drafts.push({ from: ref, keys: outs > 1 ? [stepKey(id), endKey(ref)] : [stepKey(id)], place });
      }
    }
    for (const ref of exits) for (const to of body.followers.get(ref) ?? []) visit(to);
  };
  const first = body.followers.get(null) ?? [];
  if (first.length === 0) drafts.push({ from: null, keys: [BEGIN], place: { loop, from: [], to: [] } });
  for (const to of first) wire(null, BEGIN, to, first.length > 1);
  for (const to of first) visit(to);
  for (const step of body.steps) visit(step.id);
  return drafts;
}

type Graph = InstanceType<typeof dagre.graphlib.Graph>;

/** From the graph's coordinates to boxes and paths. */
class Placing {
  private readonly graph: Graph;
  private readonly sizes: Map<string, Sizes>;
  private readonly body: Body;
  private readonly drafts: Draft[];
  private readonly loop: string | null;
  private readonly boxes = new Map<string, Box>();
  private readonly ranks = new Map<string, number>();
  private tops: number[] = [];
  private bottoms: number[] = [];

  constructor(graph: Graph, sizes: Map<string, Sizes>, body: Body, drafts: Draft[], loop: string | null) {
    this.graph = graph;
    this.sizes = sizes;
    this.body = body;
    this.drafts = drafts;
    this.loop = loop;
  }

  result(): BodyLayout {
    this.rows();
    const wires = this.drafts.map((draft) => this.wire(draft));
    const meetings = this.meetings();
    for (const meeting of meetings) wires.push(this.onward(meeting));
    return this.fromZero(wires, meetings);
  }

  /** What dagre centres in its row stands at the row's top here, so that cards beside each other are level. */
  private rows() {
    const centres = [...this.sizes.keys()].map((key) => Math.round(this.at(key).y));
    const rows = [...new Set(centres)].toSorted((a, b) => a - b);
    for (const [key, size] of this.sizes) {
      const { x, y } = this.at(key);
      const rank = rows.indexOf(Math.round(y));
      this.ranks.set(key, rank);
      this.tops[rank] = Math.min(this.tops[rank] ?? Number.POSITIVE_INFINITY, y - size.height / 2);
      this.bottoms[rank] = Math.max(this.bottoms[rank] ?? Number.NEGATIVE_INFINITY, y + size.height / 2);
      this.boxes.set(key, { x: x - size.width / 2, y: 0, width: size.width, height: size.height });
    }
    for (const [key, box] of this.boxes) box.y = this.tops[this.rank(key)] ?? 0;
  }

  private at(key: string): Point {
    const { x, y } = this.graph.node(key) as Point;
    return { x, y };
  }
  private rank = (key: string) => this.ranks.get(key) ?? 0;
  private box = (key: string) => this.boxes.get(key) as Box;
  private axis(key: string): number {
    const box = this.box(key);
    return box.x + (this.sizes.get(key)?.axis ?? box.width / 2);
  }

  private wire(draft: Draft): Wire {
    const [source = BEGIN] = draft.keys;
    const last = draft.keys.at(-1) ?? source;
    const port = draft.from === null ? undefined : parseRef(draft.from).port;
    const common = {
      id: `${this.loop ?? ''}/${draft.from ?? ''}>${draft.to ?? ''}`,
      from: draft.from,
      to: draft.to,
      loop: this.loop,
      port,
      error: port === ERROR,
      place: draft.place,
    };
    const start = { x: this.axis(source), y: this.box(source).y + this.box(source).height };
    if (draft.keys.length === 1) {
      const end = { x: start.x, y: start.y + SIZE.tail - 20 };
      return { ...common, path: pathOf([start, end]), at: { x: start.x, y: start.y + SIZE.tail - 10 } };
    }
    const points = this.route(draft, start);
    return { ...common, path: pathOf(points), at: this.labelAt(draft, last, start) };
  }

  private route(draft: Draft, start: Point): Point[] {
    const points = [start];
    let x = start.x;
    for (let index = 1; index < draft.keys.length; index++) {
      const [from, to] = [draft.keys[index - 1] as string, draft.keys[index] as string];
      const columns = [...this.between(from, to, draft), this.axis(to)];
      const first = this.rank(from);
      for (const [hop, column] of columns.entries()) {
        if (column !== x) {
          const isMerge = to.startsWith('meet ') && hop === columns.length - 1;
          const y = isMerge ? (this.tops[first + hop + 1] ?? 0) - 14 : (this.bottoms[first + hop] ?? 0) + 18;
          points.push({ x, y }, { x: column, y });
        }
        x = column;
      }
    }
    const last = draft.keys.at(-1) as string;
    points.push({ x, y: this.box(last).y });
    return points;
  }

  /** The columns in which a long line passes the rows between its ends. */
  private between(from: string, to: string, draft: Draft): number[] {
    const name = `${draft.from ?? ''}>${draft.to ?? ''}`;
    const edge = this.graph.edge(from, to, name) as { points?: Point[] } | undefined;
    const rows = this.rank(to) - this.rank(from);
    if (!edge?.points || rows < 2) return [];
    return Array.from({ length: rows - 1 }, (_, row) => edge.points?.[2 * (row + 1)]?.x).filter(
      (x): x is number => x !== undefined,
    );
  }

  private labelAt(draft: Draft, last: string, start: Point): Point {
    const via = draft.keys.find((key) => key.startsWith('via ') || key.startsWith('end '));
    if (via) {
      const box = this.box(via);
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    }
    if (last.startsWith('meet ')) return { x: start.x, y: start.y + 30 };
    return { x: this.axis(last), y: this.box(last).y - (draft.from && parseRef(draft.from).port ? 29 : 37) };
  }

  private meetings(): Meeting[] {
    return this.body.steps.flatMap((step) => {
      const box = this.boxes.get(meetKey(step.id));
      return box ? [{ id: step.id, join: step.join, ...box }] : [];
    });
  }

  /** From where ways meet to the step that follows: what is put there comes after all of them. */
  private onward(meeting: Meeting): Wire {
    const [from, to] = [meetKey(meeting.id), stepKey(meeting.id)];
    const start = { x: this.axis(from), y: this.box(from).y + this.box(from).height };
    const end = { x: this.axis(to), y: this.box(to).y };
    const y = (this.bottoms[this.rank(from)] ?? start.y) + 18;
    const sources = (this.body.into.get(meeting.id) ?? []).flatMap((edge) => edge.from ?? []);
    return {
      id: `${this.loop ?? ''}/meet>${meeting.id}`,
      from: null,
      to: meeting.id,
      loop: this.loop,
      path: pathOf([start, { x: start.x, y }, { x: end.x, y }, end]),
      error: false,
      at: { x: end.x, y: end.y - 28 },
      place: { loop: this.loop, from: sources, to: [meeting.id] },
    };
  }

  private fromZero(wires: Wire[], meetings: Meeting[]): BodyLayout {
    const all = [...this.boxes.values()];
    const tails = wires.map(({ at }) => at);
    const left = Math.min(...all.map((box) => box.x), ...tails.map(({ x }) => x - 40));
    const right = Math.max(...all.map((box) => box.x + box.width), ...tails.map(({ x }) => x + 40));
    const top = Math.min(...all.map((box) => box.y));
    const bottom = Math.max(...all.map((box) => box.y + box.height), ...tails.map(({ y }) => y + 12));
    const place = <T extends Point>(what: T): T => ({ ...what, x: what.x - left, y: what.y - top });
    const boxes = new Map<string, Box>();
    for (const step of this.body.steps) boxes.set(step.id, place(this.box(stepKey(step.id))));
    return {
      begin: place(this.box(BEGIN)),
      boxes,
      meetings: meetings.map(place),
      wires: wires.map((wire) => ({
        ...wire,
        at: place(wire.at),
        path: shiftedPath(wire.path, -left, -top),
      })),
      width: right - left,
      height: bottom - top,
    };
  }
}

/** A path's numbers come in pairs. */
export const shiftedPath = (path: string, dx: number, dy: number): string =>
  path.replace(
    /(-?[\d.]+) (-?[\d.]+)/g,
    (_, x: string, y: string) => `${round(Number(x) + dx)} ${round(Number(y) + dy)}`,
  );
const round = (value: number) => Math.round(value * 10) / 10;
