/** Ids of steps: made from what they do, and never twice in a document. */
import type { FlowDocument } from './types';
import { walkSteps } from './walk';

const SHORT: Record<string, string> = { for_each: 'each', call_flow: 'call' };

/** `dinkoko-erp.create_customer` is wished to be `create_customer`. */
export function wishedId(use: string): string {
  const name = SHORT[use] ?? use.slice(use.indexOf('.') + 1);
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9_]+/g, '_')
      .slice(0, 56) || 'step'
  );
}

export const idsOf = (document: FlowDocument): Set<string> =>
  new Set([...walkSteps(document)].map(({ step }) => step.id));

export function uniqueId(taken: ReadonlySet<string>, wished: string): string {
  if (!taken.has(wished)) return wished;
  const stem = wished.replace(/_\d+$/, '');
  for (let number = 2; ; number++) {
    const id = `${stem}_${number}`;
    if (!taken.has(id)) return id;
  }
}
