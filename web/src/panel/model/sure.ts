/** Which earlier steps have surely given their output when a step runs; others are read with `?.`. A convenience: the server decides. */
import { ERROR, parseRef } from '@/flow/exits';
import { bodyGraph } from '@/flow/graph';
import type { FlowDocument } from '@/flow/types';
import { listOf, loopsAround, stepById } from '@/flow/walk';

export function sureOf(document: FlowDocument, id: string): Set<string> {
  const loops = loopsAround(document, id).map((step) => step.id);
  const found = new Set<string>();
  [...loops, id].forEach((at, depth) => {
    for (const one of inBody(document, depth === 0 ? null : (loops[depth - 1] ?? null), at)) found.add(one);
  });
  return found;
}

function inBody(document: FlowDocument, loop: string | null, id: string): Set<string> {
  const body = bodyGraph(listOf(document, loop));
  const known = new Map<string, Set<string>>();
  const sure = (at: string): Set<string> => {
    const done = known.get(at);
    if (done) return done;
    known.set(at, new Set());
    const ways = (body.into.get(at) ?? []).map(({ from }) => {
      if (from === null) return new Set<string>();
      const ref = parseRef(from);
      // Along its error way, a step gave no output.
      return new Set([...sure(ref.id), ...(ref.port === ERROR ? [] : [ref.id])]);
    });
    const all = stepById(document, at)?.join === 'all';
    const [first = new Set<string>(), ...others] = ways;
    const result = new Set(
      all ? ways.flatMap((way) => [...way]) : [...first].filter((one) => others.every((way) => way.has(one))),
    );
    known.set(at, result);
    return result;
  };
  return sure(id);
}

/** The steps whose error some way to this step came along. */
export function failedBefore(document: FlowDocument, id: string): Set<string> {
  const loops = loopsAround(document, id).map((step) => step.id);
  const found = new Set<string>();
  [...loops, id].forEach((at, depth) => {
    const body = bodyGraph(listOf(document, depth === 0 ? null : (loops[depth - 1] ?? null)));
    const seen = new Set<string>();
    const walk = (step: string) => {
      if (seen.has(step)) return;
      seen.add(step);
      for (const { from } of body.into.get(step) ?? []) {
        if (from === null) continue;
        const ref = parseRef(from);
        if (ref.port === ERROR) found.add(ref.id);
        walk(ref.id);
      }
    };
    walk(at);
  });
  return found;
}
