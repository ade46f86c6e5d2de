/** A flow as a list with levels: each way of a branch below it, the steps of a loop inside of it, and then what follows. */
import { parseRef } from './exits';
import { type Body, bodyGraph, drawnExits } from './graph';
import type { Place } from './layout';
import { type FlowDocument, type Step, TRIGGER } from './types';
import { bodyOf } from './walk';

export type OutlineRow =
  | { kind: 'trigger'; key: string; level: number }
  | { kind: 'step'; key: string; level: number; step: Step; loop: string | null; meets: string[] }
  /** A named exit, one of several ways at once (no port), or the inside of a loop. */
  | {
      kind: 'way';
      key: string;
      level: number;
      of: string;
      port?: string;
      inside: boolean;
      empty: boolean;
      place: Place;
    };

export function outlineOf(document: FlowDocument): OutlineRow[] {
  const rows: OutlineRow[] = [{ kind: 'trigger', key: TRIGGER, level: 1 }];
  rows.push(...new List(document.steps, null).rows(1));
  return rows;
}

class List {
  private readonly body: Body;
  private readonly loop: string | null;
  private readonly done = new Set<string>();

  constructor(steps: Step[], loop: string | null) {
    this.body = bodyGraph(steps);
    this.loop = loop;
  }

  rows(level: number): OutlineRow[] {
    const first = this.body.followers.get(null) ?? [];
    const rows = this.ways(
      first.map((id) => ({ from: null, to: [id] })),
      first.length > 1,
      TRIGGER,
      level,
    );
    // Steps that go round in a circle are reached from nowhere.
    for (const step of this.body.steps) rows.push(...this.line(step.id, level, true));
    return rows;
  }

  /** A step and all that follows it, on one level. */
  private line(id: string, level: number, forced = false): OutlineRow[] {
    const step = this.body.steps.find((one) => one.id === id);
    if (!step || this.done.has(id) || !(forced || this.isReached(id))) return [];
    this.done.add(id);
    const into = this.body.into.get(id) ?? [];
    const meets = into.length > 1 ? into.flatMap(({ from }) => from ?? []) : [];
    const rows: OutlineRow[] = [{ kind: 'step', key: id, level, step, loop: this.loop, meets }];
    const inside = bodyOf(step);
    if (inside) {
      const list = new List(inside, id);
      const place = { loop: id, from: [], to: list.body.followers.get(null) ?? [] };
      const empty = inside.length === 0;
      rows.push({ kind: 'way', key: `in ${id}`, level: level + 1, of: id, inside: true, empty, place });
      rows.push(...list.rows(level + 2));
    }
    const exits = drawnExits(step, this.body);
    const ways = exits.flatMap((from) => {
      const to = this.body.followers.get(from) ?? [];
      return to.length > 1 ? to.map((one) => ({ from, to: [one] })) : [{ from, to }];
    });
    const isOne = ways.length <= 1 && parseRef(exits[0] ?? id).port === undefined;
    rows.push(...this.ways(ways, !isOne, id, level));
    return rows;
  }

  private ways(
    ways: { from: string | null; to: string[] }[],
    several: boolean,
    of: string,
    level: number,
  ): OutlineRow[] {
    if (!several) return ways.flatMap(({ to }) => to.flatMap((id) => this.line(id, level)));
    const rows: OutlineRow[] = [];
    // The error way last, as on the canvas; the main way of a step without ports goes on below all of them.
    const isMain = (from: string | null) => from !== null && parseRef(from).port === undefined;
    const parallel =
      ways.filter(({ from }) => isMain(from)).length > 1 || ways.some(({ from }) => from === null);
    const below = parallel ? [] : ways.filter(({ from }) => isMain(from));
    for (const [index, { from, to }] of ways.entries()) {
      if (below.some((one) => one.from === from)) continue;
      const port = from === null ? undefined : parseRef(from).port;
      const place = { loop: this.loop, from: from === null ? [] : [from], to };
      const key = `way ${this.loop ?? ''} ${from ?? ''} ${index}`;
      const lines = to.flatMap((id) => this.line(id, level + 2));
      rows.push({
        kind: 'way',
        key,
        level: level + 1,
        of,
        port,
        inside: false,
        empty: lines.length === 0,
        place,
      });
      rows.push(...lines);
    }
    for (const { to } of below) rows.push(...to.flatMap((id) => this.line(id, level)));
    // What several ways lead to comes once the last of them was shown.
    for (const step of this.body.steps) {
      const into = this.body.into.get(step.id) ?? [];
      const isFed =
        into.length > 1 && into.every(({ from }) => from !== null && this.done.has(parseRef(from).id));
      if (isFed && this.isBelow(step.id, of)) rows.push(...this.line(step.id, level));
    }
    return rows;
  }

  /** Whether all that leads to a step was shown. */
  private isReached(id: string): boolean {
    const into = this.body.into.get(id) ?? [];
    return (
      into.length < 2 ||
      (into.every(({ from }) => from && this.done.has(parseRef(from).id)) && this.isDue(id))
    );
  }

  private due = new Set<string>();
  private isDue(id: string): boolean {
    return this.due.has(id);
  }

  /** Whether every way to a step leads through this one: then it stands on its level. */
  private isBelow(id: string, of: string): boolean {
    if (of !== TRIGGER) {
      const open = [id];
      const seen = new Set<string>();
      for (let at = open.pop(); at !== undefined; at = open.pop()) {
        for (const { from } of this.body.into.get(at) ?? []) {
          if (from === null) return false;
          const source = parseRef(from).id;
          if (source === of || seen.has(source)) continue;
          seen.add(source);
          open.push(source);
        }
      }
    }
    this.due.add(id);
    return true;
  }
}
