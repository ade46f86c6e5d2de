import { describe, expect, it } from 'vitest';
import type { FlowDocument, Step } from '@/flow/types';
import { failedBefore, sureOf } from './sure';

const flow = (steps: Step[]): FlowDocument => ({
  causeway: 1,
  kind: 'flow',
  name: 'x',
  trigger: { use: 'manual' },
  steps,
});
const step = (id: string, after: string[] = [], more: Partial<Step> = {}): Step => ({
  id,
  use: 'script',
  after,
  ...more,
});
const list = (found: Set<string>) => [...found].sort();

describe('what is sure before a step', () => {
  const steps = [
    step('a'),
    step('b', ['a'], { use: 'branch' }),
    step('c', ['b.yes']),
    step('d', ['b.no']),
    step('e', ['c', 'd'], { join: 'any' }),
    step('f', ['c', 'd'], { join: 'all' }),
  ];
  it('lies on every way, or on any way where all were taken', () => {
    expect(list(sureOf(flow(steps), 'e'))).toEqual(['a', 'b']);
    expect(list(sureOf(flow(steps), 'f'))).toEqual(['a', 'b', 'c', 'd']);
    expect(list(sureOf(flow(steps), 'a'))).toEqual([]);
  });
  it('is not a step that failed', () => {
    const failing = flow([step('a'), step('b', ['a']), step('c', ['b.error'])]);
    expect(list(sureOf(failing, 'c'))).toEqual(['a']);
    expect(list(failedBefore(failing, 'c'))).toEqual(['b']);
    expect(list(failedBefore(failing, 'b'))).toEqual([]);
  });
  it('goes on inside of a loop', () => {
    const inner = [step('x'), step('y', ['x'])];
    const loop = step('loop', ['a'], { use: 'for_each', with: { items: '{{ steps.a }}', body: inner } });
    expect(list(sureOf(flow([step('a'), loop]), 'y'))).toEqual(['a', 'x']);
  });
});
