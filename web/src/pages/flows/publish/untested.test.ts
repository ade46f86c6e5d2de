import { expect, it } from 'vitest';
import type { FlowDocument } from '@/flow/types';
import { untestedSteps } from './untested';

const document: FlowDocument = {
  causeway: 1,
  kind: 'flow',
  name: 'Orders',
  trigger: { use: 'manual' },
  steps: [
    { id: 'map', use: 'script' },
    { id: 'each', use: 'for_each', with: { body: [{ id: 'send', use: 'http.request' }] } },
    { id: 'tell', use: 'http.request' },
  ],
};
const ids = (steps: { id: string }[]) => steps.map((step) => step.id);

it('knows every step as untested before the first run', () => {
  expect(ids(untestedSteps(document, []))).toEqual(['map', 'each', 'send', 'tell']);
});

it('counts what succeeded in any run, not what was skipped or failed', () => {
  const runs = [
    {
      steps: [
        { id: 'map', status: 'succeeded' as const },
        { id: 'tell', status: 'skipped' as const },
      ],
    },
    { steps: [{ id: 'each', status: 'succeeded' as const }] },
  ];
  expect(ids(untestedSteps(document, runs))).toEqual(['tell']);
});
