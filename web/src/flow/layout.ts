/** Where everything of a flow stands on the canvas. A loop's body is laid out first and placed as one framed box. */
import { type BodyLayout, layoutBody, shiftedPath } from './body';
import { exitsOf } from './exits';
import type { Point } from './route';
import { heightOf, SIZE, type Sizes } from './sizes';
import { type FlowDocument, type Step, TRIGGER } from './types';
import { bodyOf } from './walk';

/** Where steps can be put: after `from` (nothing: at the beginning), and before `to` (nothing: as the last of a way). */
export interface Place {
  loop: string | null;
  from: string[];
  to: string[];
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Card extends Box {
  id: string;
  step?: Step;
  loop: string | null;
  depth: number;
}

export interface Frame extends Box {
  /** The loop's. */
  id: string;
  depth: number;
}

/** Where several ways meet. */
export interface Meeting extends Box {
  /** The step that follows. */
  id: string;
  join?: 'any' | 'all';
}

export interface Wire {
  id: string;
  /** What stands in `after`; null: the beginning. */
  from: string | null;
  /** Absent at an open end. */
  to?: string;
  loop: string | null;
  path: string;
  port?: string;
  error: boolean;
  /** Where port and `+` stand, centred. */
  at: Point;
  place?: Place;
}

export interface Layout {
  cards: Card[];
  frames: Frame[];
  meetings: Meeting[];
  wires: Wire[];
  width: number;
  height: number;
}

export function layoutFlow(document: FlowDocument): Layout {
  const trigger: Sizes = { width: SIZE.width, height: SIZE.height };
  const body = layoutSteps(document.steps, null, trigger, 0);
  return {
    ...body,
    cards: [{ id: TRIGGER, loop: null, depth: 0, ...body.begin }, ...body.cards],
  };
}

interface Laid extends Layout {
  begin: Box;
}

function layoutSteps(steps: Step[], loop: string | null, begin: Sizes, depth: number): Laid {
  const inner = new Map<string, Laid>();
  const sizes = new Map<string, Sizes>();
  for (const step of steps) {
    const card = { width: SIZE.width, height: heightOf(step) };
    const own = bodyOf(step);
    if (!own) {
      sizes.set(step.id, card);
      continue;
    }
    const laid = layoutSteps(own, step.id, card, depth + 1);
    inner.set(step.id, laid);
    sizes.set(step.id, {
      width: laid.width + 2 * SIZE.pad,
      height: laid.height + SIZE.pad + SIZE.foot,
      // Ways go in at the loop's card, and come out below it.
      axis: laid.begin.x + laid.begin.width / 2 + SIZE.pad,
    });
  }
  return together(placed(steps, loop, begin, sizes), steps, loop, inner, depth);
}

/** Layouts of late: names and inputs change with each key that is typed, and where things stand does not. */
const known = new Map<string, BodyLayout>();
const MOST_KNOWN = 60;

function placed(steps: Step[], loop: string | null, begin: Sizes, sizes: Map<string, Sizes>): BodyLayout {
  const key = JSON.stringify([
    loop,
    begin,
    steps.map((step) => [step.id, step.after, step.join, exitsOf(step), sizes.get(step.id)]),
  ]);
  const found = known.get(key);
  if (found) return found;
  const body = layoutBody(steps, loop, begin, sizes);
  const [oldest] = known.keys();
  if (known.size >= MOST_KNOWN && oldest !== undefined) known.delete(oldest);
  known.set(key, body);
  return body;
}

function together(
  body: BodyLayout,
  steps: Step[],
  loop: string | null,
  inner: Map<string, Laid>,
  depth: number,
): Laid {
  const laid: Laid = { ...body, cards: [], frames: [] };
  for (const step of steps) {
    const box = body.boxes.get(step.id);
    if (!box) continue;
    const own = inner.get(step.id);
    if (!own) {
      laid.cards.push({ id: step.id, step, loop, depth, ...box });
      continue;
    }
    const shift = { x: box.x + SIZE.pad, y: box.y + SIZE.pad };
    laid.frames.push({ id: step.id, depth, ...box }, ...own.frames.map((one) => moved(one, shift)));
    laid.cards.push({ id: step.id, step, loop, depth, ...moved(own.begin, shift) });
    laid.cards.push(...own.cards.map((one) => moved(one, shift)));
    laid.meetings = [...laid.meetings, ...own.meetings.map((one) => moved(one, shift))];
    laid.wires = [
      ...laid.wires,
      ...own.wires.map((wire) => ({
        ...wire,
        path: shiftedPath(wire.path, shift.x, shift.y),
        at: moved(wire.at, shift),
      })),
    ];
  }
  return laid;
}

const moved = <T extends Point>(what: T, by: Point): T => ({ ...what, x: what.x + by.x, y: what.y + by.y });
