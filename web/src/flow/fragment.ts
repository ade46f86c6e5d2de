/** Steps as a text that can be carried to another flow: copied with the order among them, pasted under new ids. */
import { parseRef } from './exits';
import { renameInStep } from './expressions';
import { sourcesOf } from './graph';
import { idsOf, uniqueId } from './ids';
import type { Place } from './layout';
import { insertSteps, withSources } from './splice';
import type { FlowDocument, Step } from './types';
import { bodyOf, loopsAround, mapList, walkSteps } from './walk';

/** How copied steps are told from other JSON. */
const KIND = 'causeway/steps';

/** The steps with these ids, in the document's order; those inside of a loop that is copied too come with it. */
export function copySteps(document: FlowDocument, ids: ReadonlySet<string>): Step[] {
  const chosen = [...walkSteps(document)].filter(
    ({ step }) => ids.has(step.id) && !loopsAround(document, step.id).some((loop) => ids.has(loop.id)),
  );
  const inside = new Set(chosen.map(({ step }) => step.id));
  const all = new Map([...walkSteps(document)].map(({ step }) => [step.id, step]));
  // Over steps that are left out, the order goes on.
  const resolve = (ref: string, seen: Set<string>): string[] => {
    const { id } = parseRef(ref);
    if (inside.has(id)) return [ref];
    const step = all.get(id);
    if (!step || seen.has(id)) return [];
    return sourcesOf(step).flatMap((one) => resolve(one, new Set([...seen, id])));
  };
  return chosen.map(({ step }) => {
    const sources = sourcesOf(step).flatMap((ref) => resolve(ref, new Set([step.id])));
    return withSources(step, sources, step.join);
  });
}

export const textOf = (steps: Step[]): string => JSON.stringify({ kind: KIND, steps }, null, 2);

/** The steps of a copied text; nothing where it is something else. */
export function stepsOf(text: string): Step[] | undefined {
  if (!text.includes('"steps"') || text.length > 5_000_000) return undefined;
  try {
    const read = JSON.parse(text) as { kind?: string; steps?: unknown };
    if (read?.kind !== KIND && read?.kind !== 'flow') return undefined;
    return isSteps(read.steps) && read.steps.length > 0 ? read.steps : undefined;
  } catch {
    return undefined;
  }
}

const isSteps = (value: unknown): value is Step[] =>
  Array.isArray(value) &&
  value.every(
    (one) =>
      one &&
      typeof one === 'object' &&
      typeof one.id === 'string' &&
      typeof one.use === 'string' &&
      (one.after === undefined ||
        (Array.isArray(one.after) && one.after.every((ref: unknown) => typeof ref === 'string'))) &&
      (bodyOf(one) === undefined || isSteps(bodyOf(one))),
  );

/** The steps under ids that the document does not have; what they say of each other is kept. */
export function renewed(document: FlowDocument, steps: Step[]): { steps: Step[]; ids: string[] } {
  const taken = idsOf(document);
  const renames = new Map<string, string>();
  mapList(steps, (step) => {
    const id = uniqueId(taken, step.id);
    taken.add(id);
    renames.set(step.id, id);
    return step;
  });
  const next = mapList(steps, (step) => ({
    ...renameInStep(step, renames),
    id: renames.get(step.id) ?? step.id,
  }));
  return { steps: next, ids: next.map((step) => step.id) };
}

export function pasteSteps(document: FlowDocument, place: Place, steps: Step[]) {
  const fresh = renewed(document, steps);
  return { document: insertSteps(document, place, fresh.steps), ids: fresh.ids };
}
