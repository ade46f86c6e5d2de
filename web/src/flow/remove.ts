/** Taking steps out of a document, so that what followed them goes on. */
import { ERROR, exitsOf, parseRef, refOf } from './exits';
import { type Body, bodyGraph, sourcesOf } from './graph';
import type { Place } from './layout';
import { endsOf, insertSteps, withSources } from './splice';
import type { FlowDocument, Step } from './types';
import { listOf, loopsAround, standingOf, withList } from './walk';

interface Removal {
  document: FlowDocument;
  /** What went too: steps that only a way of the removed one led to. */
  also: string[];
}

/** The exits of a step by which something follows, its error way aside. */
export function waysOf(document: FlowDocument, id: string): string[] {
  const standing = standingOf(document, id);
  if (!standing) return [];
  const body = bodyGraph(listOf(document, standing.loop));
  return exitsOf(standing.step).filter((ref) => body.followers.has(ref));
}

/** `keep`: the exit whose way goes on; the first that leads somewhere unless said, none for null. */
export function removeStep(document: FlowDocument, id: string, keep?: string | null): Removal {
  const standing = standingOf(document, id);
  if (!standing) return { document, also: [] };
  const list = listOf(document, standing.loop);
  const main = keep === undefined ? waysOf(document, id)[0] : (keep ?? undefined);
  const { steps, also } = without(list, new Set([id]), main, standing.step);
  return { document: withList(document, standing.loop, steps), also };
}

export function removeSteps(document: FlowDocument, ids: Iterable<string>): Removal {
  const also: string[] = [];
  let next = document;
  for (const id of ids) {
    const removal = removeStep(next, id);
    next = removal.document;
    also.push(...removal.also);
  }
  const asked = new Set(ids);
  return { document: next, also: also.filter((id) => !asked.has(id)) };
}

function without(list: Step[], gone: Set<string>, main: string | undefined, removed: Step) {
  const known = new Set(list.map((step) => step.id));
  const own = sourcesOf(removed).filter(
    (ref) => known.has(parseRef(ref).id) && parseRef(ref).id !== removed.id,
  );
  const also: string[] = [];
  let steps = list.filter((step) => !gone.has(step.id));
  steps = steps.map((step) => {
    const sources = sourcesOf(step);
    if (!main || !sources.includes(main)) return step;
    return withSources(
      step,
      sources.flatMap((ref) => (ref === main ? own : [ref])),
      step.join,
    );
  });
  // What no way leads to any more goes too: it would begin with the flow otherwise.
  for (let again = true; again; ) {
    again = false;
    for (const step of steps) {
      const sources = sourcesOf(step);
      const left = sources.filter((ref) => !gone.has(parseRef(ref).id));
      if (left.length === sources.length) continue;
      again = true;
      if (left.length === 0) {
        gone.add(step.id);
        also.push(step.id);
        steps = steps.filter((one) => one.id !== step.id);
      } else {
        steps = steps.map((one) => (one.id === step.id ? withSources(one, left, one.join) : one));
      }
      break;
    }
  }
  return { steps, also };
}

/** A step with what moves along: the steps that only its ways lead to, where more than one of them does; its error way always. */
export function groupOf(document: FlowDocument, id: string): Set<string> {
  const standing = standingOf(document, id);
  const group = new Set([id]);
  if (!standing) return group;
  const body = bodyGraph(listOf(document, standing.loop));
  const ways = waysOf(document, id);
  const own = ways.length > 1 ? [...ways, refOf(id, ERROR)] : [refOf(id, ERROR)];
  const leads = (ref: string | null) =>
    ref !== null && group.has(parseRef(ref).id) && (parseRef(ref).id !== id || own.includes(ref));
  for (let grew = true; grew; ) {
    grew = false;
    for (const step of body.steps) {
      if (group.has(step.id)) continue;
      const into = body.into.get(step.id) ?? [];
      if (into.every(({ from }) => leads(from))) {
        group.add(step.id);
        grew = true;
      }
    }
  }
  return group;
}

/** Whether a step can be moved there: not into itself, not next to where it stands. */
export function canMove(document: FlowDocument, id: string, place: Place): boolean {
  const group = groupOf(document, id);
  if (place.loop !== null) {
    const around = [place.loop, ...loopsAround(document, place.loop).map((step) => step.id)];
    if (around.some((loop) => group.has(loop))) return false;
  }
  const ids = [...place.from.map((ref) => parseRef(ref).id), ...place.to];
  return !ids.some((one) => group.has(one));
}

/** Moves a step, with what belongs to it, to another place. */
export function moveStep(document: FlowDocument, id: string, place: Place): FlowDocument {
  const standing = standingOf(document, id);
  if (!standing || !canMove(document, id, place)) return document;
  const list = listOf(document, standing.loop);
  const group = groupOf(document, id);
  const body = bodyGraph(list);
  const moving = list
    .filter((step) => group.has(step.id))
    .map((step) => (step.id === id ? withSources(step, [], undefined) : step));
  const main = waysOf(document, id)[0];
  const left = healed(list, group, body, id, main);
  const ends = endsOf(moving, main);
  const next = withList(document, standing.loop, left);
  return insertSteps(next, ends.length > 0 ? place : { ...place, to: [] }, moving, main);
}

/** The list without a group: what came after it comes after what the group came after. */
function healed(list: Step[], group: Set<string>, body: Body, id: string, main: string | undefined): Step[] {
  const own = (body.into.get(id) ?? []).flatMap(({ from }) => from ?? []);
  return list
    .filter((step) => !group.has(step.id))
    .map((step) => {
      const sources = sourcesOf(step);
      if (!sources.some((ref) => group.has(parseRef(ref).id))) return step;
      const isWay = (ref: string) => ref === main || parseRef(ref).id !== id || parseRef(ref).port !== ERROR;
      const next = sources.flatMap((ref) => {
        if (!group.has(parseRef(ref).id)) return [ref];
        return isWay(ref) ? own : [];
      });
      return withSources(step, next, step.join);
    });
}
