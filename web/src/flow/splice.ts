/** Putting steps into a document: new ones, moved ones, pasted ones. */
import { exitsOf, parseRef } from './exits';
import { type Body, bodyGraph, sourcesOf } from './graph';
import type { Place } from './layout';
import type { FlowDocument, Step } from './types';
import { listOf, withList } from './walk';

/**
 * Puts steps in at a place. Those of them that follow none of the others come after the place's sources, and the
 * place's targets come after their last ones. `prefer` names the exit by which a step with several goes on.
 */
export function insertSteps(
  document: FlowDocument,
  place: Place,
  steps: Step[],
  prefer?: string,
): FlowDocument {
  if (steps.length === 0) return document;
  const list = listOf(document, place.loop);
  const ends = endsOf(steps, prefer);
  const target = list.find((step) => step.id === place.to[0]);
  const placed = steps.map((step) =>
    sourcesOf(step).length > 0
      ? step
      : withSources(step, place.from, place.from.length > 1 ? target?.join : undefined),
  );
  const next = list.map((step) =>
    place.to.includes(step.id) && ends.length > 0 ? follow(step, place.from, ends) : step,
  );
  next.splice(positionOf(list, place), 0, ...placed);
  return withList(document, place.loop, next);
}

/** A step that comes after `ends` where it came after `from`. */
function follow(step: Step, from: string[], ends: string[]): Step {
  const before = sourcesOf(step);
  const kept = before.filter((ref) => !from.includes(ref));
  const at = before.findIndex((ref) => from.includes(ref));
  const after = at < 0 ? [...kept, ...ends] : [...kept.slice(0, at), ...ends, ...kept.slice(at)];
  return withSources(step, after, step.join);
}

/** A step after these. Where several meet anew, it starts when any of them arrived, which is right for ways that exclude each other too. */
export function withSources(step: Step, sources: string[], join: Step['join']): Step {
  const { after: before, join: _, ...rest } = step;
  const after = [...new Set(sources)];
  if (after.length === 0) return rest;
  if (after.length === 1) return { ...rest, after };
  const grew = after.length > (before?.length ?? 0) || (before?.length ?? 0) < 2;
  const meets = join ?? (grew ? 'any' : undefined);
  return meets ? { ...rest, after, join: meets } : { ...rest, after };
}

/** Before the first target; otherwise below the last source. */
function positionOf(list: Step[], place: Place): number {
  const targets = list.flatMap((step, index) => (place.to.includes(step.id) ? [index] : []));
  if (targets.length > 0) return Math.min(...targets);
  const ids = place.from.map((ref) => parseRef(ref).id);
  const sources = list.flatMap((step, index) => (ids.includes(step.id) ? [index + 1] : []));
  return sources.length > 0 ? Math.max(...sources) : list.length;
}

/** The exits by which a flow goes on after these steps: the ends of their main way. */
export function endsOf(steps: Step[], prefer?: string): string[] {
  const body = bodyGraph(steps);
  const seen = new Set<string>();
  const ends: string[] = [];
  for (const id of body.followers.get(null) ?? []) ends.push(...endsFrom(body, id, seen, prefer));
  return [...new Set(ends)];
}

function endsFrom(body: Body, id: string, seen: Set<string>, prefer?: string): string[] {
  const step = body.steps.find((one) => one.id === id);
  if (!step || seen.has(id)) return [];
  seen.add(id);
  const exits = exitsOf(step);
  const isSingle = exits.length === 1 && exits[0] === id;
  const inOrder = exits.toSorted((a, b) => Number(b === prefer) - Number(a === prefer));
  for (const ref of inOrder) {
    const followers = body.followers.get(ref);
    if (!followers) return [ref];
    const ends = followers.flatMap((follower) => endsFrom(body, follower, seen, prefer));
    if (ends.length > 0 || isSingle) return ends;
  }
  return [];
}

/** One more way into a step that is there already; it starts when any of them arrived. */
export function connect(document: FlowDocument, loop: string | null, from: string, to: string): FlowDocument {
  const list = listOf(document, loop);
  return withList(
    document,
    loop,
    list.map((step) => (step.id === to ? withSources(step, [...sourcesOf(step), from], step.join) : step)),
  );
}

/** One way less into a step that has several. */
export function disconnect(
  document: FlowDocument,
  loop: string | null,
  from: string,
  to: string,
): FlowDocument {
  const list = listOf(document, loop);
  return withList(
    document,
    loop,
    list.map((step) =>
      step.id === to && sourcesOf(step).length > 1
        ? withSources(
            step,
            sourcesOf(step).filter((ref) => ref !== from),
            step.join,
          )
        : step,
    ),
  );
}

/** The steps that a way could go on with: not those before it, nor those that it leads to already. */
export function meetable(document: FlowDocument, loop: string | null, from: string): Step[] {
  const list = listOf(document, loop);
  const body = bodyGraph(list);
  const source = parseRef(from).id;
  const earlier = new Set([source]);
  for (let grew = true; grew; ) {
    grew = false;
    for (const { from: ref, to } of body.edges) {
      if (ref && earlier.has(to) && !earlier.has(parseRef(ref).id)) {
        earlier.add(parseRef(ref).id);
        grew = true;
      }
    }
  }
  return list.filter(
    (step) => !earlier.has(step.id) && !sourcesOf(step).includes(from) && sourcesOf(step).length > 0,
  );
}
