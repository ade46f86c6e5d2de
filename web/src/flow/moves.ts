/** Moving a step up or down by keyboard: past its neighbour, or out of its loop. */

import { parseRef } from './exits';
import { bodyGraph, sourcesOf } from './graph';
import type { Place } from './layout';
import { placeAfter, placeBefore } from './place';
import { canMove, waysOf } from './remove';
import type { FlowDocument } from './types';
import { listOf, standingOf } from './walk';

const allowed = (document: FlowDocument, id: string, place: Place | undefined) =>
  place && canMove(document, id, place) ? place : undefined;

/** Before the one step that it follows; before the loop where it is the first in it. */
export function placeUp(document: FlowDocument, id: string): Place | undefined {
  const standing = standingOf(document, id);
  if (!standing) return undefined;
  const sources = sourcesOf(standing.step);
  if (sources.length === 0) {
    return standing.loop ? allowed(document, id, placeBefore(document, standing.loop)) : undefined;
  }
  const [only, another] = sources;
  if (!only || another) return undefined;
  // Out of a named way only on purpose.
  return parseRef(only).port ? undefined : allowed(document, id, placeBefore(document, only));
}

/** After the one step that follows it; after the loop where it is the last in it. */
export function placeDown(document: FlowDocument, id: string): Place | undefined {
  const standing = standingOf(document, id);
  if (!standing) return undefined;
  const body = bodyGraph(listOf(document, standing.loop));
  const ways = waysOf(document, id);
  if (ways.length > 1) return undefined;
  const next = ways[0] ? (body.followers.get(ways[0]) ?? []) : [];
  if (next.length === 0)
    return standing.loop ? allowed(document, id, placeAfter(document, standing.loop)) : undefined;
  const [only, another] = next;
  if (!only || another || (body.into.get(only)?.length ?? 0) > 1) return undefined;
  return allowed(document, id, placeAfter(document, only));
}
