import { expect, it } from 'vitest';
import { layoutFlow } from './layout';
import { outlineOf } from './outline';
import { largeFlow, script } from './testing';
import { replaceStep, walkSteps } from './walk';

// A bound for a machine under load; what it takes on a free one is printed.
const MOST_MS = 1500;

it('lays out 200 steps fast enough to do it with every change', () => {
  const document = largeFlow(160);
  const count = [...walkSteps(document)].length;
  expect(count).toBeGreaterThanOrEqual(200);
  const times = Array.from({ length: 3 }, (_, round) => {
    // Another one each time: those that are known already take no time.
    const other = replaceStep(document, 'read_0', (step) => ({
      ...step,
      note: 'x'.repeat(round),
      join: 'any',
    }));
    const begin = performance.now();
    const layout = layoutFlow({ ...other, steps: [...other.steps, script(`last_${round}`)] });
    expect(layout.cards).toHaveLength(count + 2);
    return performance.now() - begin;
  });
  const best = Math.min(...times);
  console.log(`layout of ${count} steps: ${best.toFixed(0)} ms`);
  expect(best).toBeLessThan(MOST_MS);
  expect(outlineOf(document).filter((row) => row.kind === 'step')).toHaveLength(count);
});

it('lays out nothing again when only names and inputs change', () => {
  const document = largeFlow(160);
  const first = layoutFlow(document);
  const renamed = replaceStep(document, 'read_3', (step) => ({
    ...step,
    name: 'Another',
    with: { code: '2' },
  }));
  const begin = performance.now();
  const second = layoutFlow(renamed);
  expect(performance.now() - begin).toBeLessThan(MOST_MS / 10);
  expect(second.wires).toEqual(first.wires);
});
