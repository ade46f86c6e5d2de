/** Places for steps: found from what is selected, and from what is drawn. */
import { endsRun, exitsOf, refOf } from './exits';
import { bodyGraph, sourcesOf } from './graph';
import type { Place } from './layout';
import { type FlowDocument, type Step, TRIGGER } from './types';
import { bodyOf, listOf, standingOf } from './walk';

/** The exit by which a flow goes on after a step: the first that leads on, or else the first. */
export function mainExit(step: Step, followed: (ref: string) => boolean): string | undefined {
  const exits = exitsOf(step);
  return exits.find(followed) ?? exits[0];
}

/** Right after a step (or the trigger): what followed there follows what is put in. */
export function placeAfter(document: FlowDocument, id: string, port?: string): Place | undefined {
  if (id === TRIGGER && !standingOf(document, TRIGGER)) return placeFirst(document, null);
  const standing = standingOf(document, id);
  if (!standing) return undefined;
  const body = bodyGraph(listOf(document, standing.loop));
  const ref = port ? refOf(id, port) : mainExit(standing.step, (one) => body.followers.has(one));
  if (!ref || endsRun(standing.step)) return undefined;
  return { loop: standing.loop, from: [ref], to: body.followers.get(ref) ?? [] };
}

/** Right before a step: after all that it follows. */
export function placeBefore(document: FlowDocument, id: string): Place | undefined {
  const standing = standingOf(document, id);
  if (!standing) return undefined;
  return { loop: standing.loop, from: sourcesOf(standing.step), to: [id] };
}

/** At the beginning of the flow or of a loop. */
export function placeFirst(document: FlowDocument, loop: string | null): Place {
  return { loop, from: [], to: bodyGraph(listOf(document, loop)).followers.get(null) ?? [] };
}

/** The first exit of a step that leads nowhere yet; its error way aside. */
export function openExit(document: FlowDocument, id: string): string | undefined {
  const standing = standingOf(document, id);
  if (!standing) return undefined;
  const body = bodyGraph(listOf(document, standing.loop));
  return exitsOf(standing.step).find((ref) => !body.followers.has(ref));
}

export const isLoop = (step: Step): boolean => bodyOf(step) !== undefined;
