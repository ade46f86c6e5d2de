/** Short ways to write flows in tests. */
import type { FlowDocument, Step } from './types';
import { walkSteps } from './walk';

export const flow = (...steps: Step[]): FlowDocument => ({
  causeway: 1,
  kind: 'flow',
  name: 'A',
  trigger: { use: 'manual' },
  steps,
});
/** `script('b', 'a')`: b after a. */
export const script = (id: string, ...after: string[]): Step => ({
  id,
  use: 'script',
  with: { code: '1' },
  ...(after.length > 0 && { after }),
});
export const branch = (id: string, ports: string[], ...after: string[]): Step => ({
  id,
  use: 'branch',
  with: { cases: ports.slice(1).map((port) => ({ port, when: 'true' })), otherwise: ports[0] },
  ...(after.length > 0 && { after }),
});
export const each = (id: string, body: Step[], ...after: string[]): Step => ({
  id,
  use: 'for_each',
  with: { items: '{{ [1] }}', body },
  ...(after.length > 0 && { after }),
});
export const stop = (id: string, ...after: string[]): Step => ({
  ...script(id, ...after),
  use: 'stop',
  with: {},
});

/** The document in few words: `a; b < a; c < a, b (any); each [in]`. */
export function shape(document: FlowDocument): string {
  return [...walkSteps(document)]
    .map(({ step, loop }) => {
      const after = step.after ? ` < ${step.after.join(', ')}` : '';
      return `${loop ? `${loop}/` : ''}${step.id}${after}${step.join ? ` (${step.join})` : ''}`;
    })
    .join('; ');
}
