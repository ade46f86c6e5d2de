/** Finding one's way in a flow document: its steps, those of loops included, and where each stands. */
import type { FlowDocument, Step } from './types';

export interface Standing {
  step: Step;
  /** JSON pointer of the step. */
  pointer: string;
  /** The loop that it stands in; null at the top. */
  loop: string | null;
  /** How many loops stand around it. */
  depth: number;
}

const isSteps = (value: unknown): value is Step[] => Array.isArray(value);

/** The steps of a loop's body; nothing for other steps. */
export function bodyOf(step: Step): Step[] | undefined {
  const body = step.use === 'for_each' ? step.with?.body : undefined;
  return isSteps(body) ? body : step.use === 'for_each' ? [] : undefined;
}

/** Every step, a loop before the steps of its body. */
export function* walkSteps(document: FlowDocument): Generator<Standing> {
  yield* walkList(document.steps, '/steps', null, 0);
}

function* walkList(steps: Step[], at: string, loop: string | null, depth: number): Generator<Standing> {
  for (const [index, step] of steps.entries()) {
    const pointer = `${at}/${index}`;
    yield { step, pointer, loop, depth };
    const body = bodyOf(step);
    if (body) yield* walkList(body, `${pointer}/with/body`, step.id, depth + 1);
  }
}

export function standingOf(document: FlowDocument, id: string): Standing | undefined {
  for (const standing of walkSteps(document)) if (standing.step.id === id) return standing;
  return undefined;
}

export const stepById = (document: FlowDocument, id: string): Step | undefined =>
  standingOf(document, id)?.step;

/** The list of steps that stand in this loop; those at the top for null. */
export function listOf(document: FlowDocument, loop: string | null): Step[] {
  if (loop === null) return document.steps;
  const step = stepById(document, loop);
  return (step && bodyOf(step)) ?? [];
}

/** The loops around a step, the outermost first. */
export function loopsAround(document: FlowDocument, id: string): Step[] {
  const loops: Step[] = [];
  for (let at = standingOf(document, id)?.loop; at; ) {
    const standing = standingOf(document, at);
    if (!standing) break;
    loops.unshift(standing.step);
    at = standing.loop;
  }
  return loops;
}

/** The document with one list of steps exchanged. */
export function withList(document: FlowDocument, loop: string | null, steps: Step[]): FlowDocument {
  if (loop === null) return { ...document, steps };
  return mapSteps(document, (step) =>
    step.id === loop ? { ...step, with: { ...step.with, body: steps } } : step,
  );
}

/** The document with each step, inner ones first, given through `change`; what does not change stays the same object. */
export function mapSteps(document: FlowDocument, change: (step: Step) => Step): FlowDocument {
  const steps = mapList(document.steps, change);
  return steps === document.steps ? document : { ...document, steps };
}

export function mapList(steps: Step[], change: (step: Step) => Step): Step[] {
  let same = true;
  const next = steps.map((step) => {
    const body = bodyOf(step);
    const inner = body && mapList(body, change);
    const own = inner !== body ? { ...step, with: { ...step.with, body: inner } } : step;
    const changed = change(own);
    if (changed !== step) same = false;
    return changed;
  });
  return same ? steps : next;
}

/** The document with one step exchanged; the id may not change (see `renameStep`). */
export const replaceStep = (document: FlowDocument, id: string, change: (step: Step) => Step): FlowDocument =>
  mapSteps(document, (step) => (step.id === id ? change(step) : step));
