/** Short ways to write flows in tests. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
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

/** A flow of about so many steps, as large ones are: lines, branches that meet again, loops, error ways. */
export function largeFlow(count: number): FlowDocument {
  const steps: Step[] = [];
  let last: string[] = [];
  const add = (step: Step) => {
    steps.push({
      ...step,
      name: `Step ${step.id}`,
      ...(step.after && step.after.length > 1 && { join: 'any' }),
    });
    return step.id;
  };
  for (let part = 0; steps.length < count - 12; part++) {
    const id = (name: string) => `${name}_${part}`;
    add(script(id('read'), ...last));
    add(branch(id('which'), ['normal', 'large', 'odd'], id('read')));
    add({ ...script(id('ask'), `${id('which')}.large`), note: 'Somebody looks at these.' });
    add({
      id: id('erp'),
      use: 'erp.create',
      after: [`${id('which')}.normal`],
      with: { no: '{{ trigger.no }}' },
    });
    add(script(id('refused'), `${id('erp')}.error`));
    add(stop(id('end'), id('refused')));
    const inside = ['a', 'b', 'c'].map((name, index, all) =>
      index === 0 ? script(id(name)) : script(id(name), id(all[index - 1] as string)),
    );
    add(each(id('each'), inside, id('erp')));
    last = [id('ask'), id('each')];
  }
  return flow(...steps);
}

/** The flows that come with the program. */
export const shippedFlows = (): [name: string, document: FlowDocument][] =>
  readdirSync('../workflows')
    .filter((name) => existsSync(`../workflows/${name}/flow.json`))
    .map((name) => [name, JSON.parse(readFileSync(`../workflows/${name}/flow.json`, 'utf8'))]);
