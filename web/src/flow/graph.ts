/** The steps of one body as a graph: which follow which, by which exit. */
import { ERROR, exitsOf, parseRef, refOf } from './exits';
import type { FlowDocument, Step } from './types';
import { listOf, loopsAround, standingOf } from './walk';

/** `from` is what stands in `after`; null is the beginning: the trigger, or the loop. */
export interface Edge {
  from: string | null;
  to: string;
}

export interface Body {
  steps: Step[];
  edges: Edge[];
  /** By step: the edges into it. */
  into: Map<string, Edge[]>;
  /** By what stands in `after` (null: the beginning): those that follow there, in the document's order. */
  followers: Map<string | null, string[]>;
}

/** References to steps that are not in this list are left out; a step that has none left begins. */
export function bodyGraph(steps: Step[]): Body {
  const known = new Map(steps.map((step) => [step.id, step]));
  const edges: Edge[] = [];
  const into = new Map<string, Edge[]>();
  const followers = new Map<string | null, string[]>();
  const add = (edge: Edge) => {
    edges.push(edge);
    into.set(edge.to, [...(into.get(edge.to) ?? []), edge]);
    followers.set(edge.from, [...(followers.get(edge.from) ?? []), edge.to]);
  };
  for (const step of steps) {
    const sources = sourcesOf(step).filter((ref) => {
      const id = parseRef(ref).id;
      return id !== step.id && known.has(id);
    });
    if (sources.length === 0) add({ from: null, to: step.id });
    for (const from of new Set(sources)) add({ from, to: step.id });
  }
  return { steps, edges, into, followers };
}

export const sourcesOf = (step: Step): string[] => (Array.isArray(step.after) ? step.after : []);

/** The exits of a step as they are drawn: its own, those that others name though they are gone, and a wired error way. */
export function drawnExits(step: Step, body: Body): string[] {
  const own = exitsOf(step);
  const named = [...body.followers.keys()].filter(
    (ref): ref is string => ref !== null && parseRef(ref).id === step.id,
  );
  const others = named.filter((ref) => !own.includes(ref));
  const error = refOf(step.id, ERROR);
  return [...own, ...others.filter((ref) => ref !== error), ...others.filter((ref) => ref === error)];
}

/** Ids of the steps before a step in its own list, in the list's order. */
export function before(body: Body, id: string): Set<string> {
  return reach([id], (at) =>
    (body.into.get(at) ?? []).flatMap(({ from }) => (from ? parseRef(from).id : [])),
  );
}

/** Ids of all that comes after a step in its own list. */
export function beyond(body: Body, id: string): Set<string> {
  const next = new Map<string, string[]>();
  for (const { from, to } of body.edges) {
    if (from === null) continue;
    const source = parseRef(from).id;
    next.set(source, [...(next.get(source) ?? []), to]);
  }
  return reach([id], (at) => next.get(at) ?? []);
}

function reach(from: string[], next: (at: string) => string[]): Set<string> {
  const seen = new Set<string>();
  const open = [...from];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const one of next(at)) {
      if (seen.has(one)) continue;
      seen.add(one);
      open.push(one);
    }
  }
  for (const one of from) seen.delete(one);
  return seen;
}

/** The steps whose outputs a step's expressions may name: those before it, and those before the loops around it; the first to run first. */
export function ancestorsOf(document: FlowDocument, id: string): Step[] {
  const chain = [...loopsAround(document, id).map((step) => step.id), id];
  return chain.flatMap((at) => {
    const standing = standingOf(document, at);
    if (!standing) return [];
    const body = bodyGraph(listOf(document, standing.loop));
    const earlier = before(body, at);
    return inOrder(body).filter((step) => earlier.has(step.id));
  });
}

/** Each step after those that it follows; as the document has them where they go round in a circle. */
export function inOrder(body: Body): Step[] {
  const left = new Map(
    body.steps.map((step) => [
      step.id,
      (body.into.get(step.id) ?? []).flatMap(({ from }) => (from ? parseRef(from).id : [])),
    ]),
  );
  const done = new Set<string>();
  const order: Step[] = [];
  let open = body.steps;
  while (open.length > 0) {
    const ready = open.filter((step) => (left.get(step.id) ?? []).every((id) => done.has(id)));
    if (ready.length === 0) return [...order, ...open];
    for (const step of ready) {
      done.add(step.id);
      order.push(step);
    }
    open = open.filter((step) => !done.has(step.id));
  }
  return order;
}
