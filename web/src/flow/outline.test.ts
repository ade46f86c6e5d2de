import { describe, expect, it } from 'vitest';
import { type OutlineRow, outlineOf } from './outline';
import { branch, each, flow, script, shippedFlows } from './testing';
import type { FlowDocument } from './types';
import { walkSteps } from './walk';

const drawn = (document: FlowDocument) =>
  outlineOf(document).map((row) => `${'  '.repeat(row.level - 1)}${name(row)}`);
const name = (row: OutlineRow) => {
  if (row.kind === 'step') return row.step.id;
  if (row.kind === 'trigger') return '*';
  return `[${row.inside ? 'inside' : (row.port ?? '')}${row.empty ? ' -' : ''}]`;
};

describe('the outline', () => {
  it('lists a line of steps on one level', () => {
    expect(drawn(flow(script('b', 'a'), script('a')))).toEqual(['*', 'a', 'b']);
  });

  it('puts ways below a branch, and what they meet in on its level', () => {
    const document = flow(
      branch('s', ['n', 'l', 'x']),
      script('a', 's.n'),
      script('b', 's.l'),
      script('m', 'a', 'b'),
      script('z', 'm'),
    );
    expect(drawn(document)).toEqual(['*', 's', '  [l]', '    b', '  [x -]', '  [n]', '    a', 'm', 'z']);
  });

  it('puts an error way below its step, and goes on', () => {
    expect(drawn(flow(script('a'), script('b', 'a'), script('e', 'a.error')))).toEqual([
      '*',
      'a',
      '  [error]',
      '    e',
      'b',
    ]);
  });

  it('puts the steps of a loop inside of it', () => {
    expect(drawn(flow(each('l', [script('x')]), each('m', [], 'l')))).toEqual([
      '*',
      'l',
      '  [inside]',
      '    x',
      'm',
      '  [inside -]',
    ]);
  });

  it('shows ways that go on at once each for itself', () => {
    expect(drawn(flow(script('a'), script('b'), script('c', 'a')))).toEqual([
      '*',
      '  []',
      '    a',
      '    c',
      '  []',
      '    b',
    ]);
  });

  it('names the place of each way', () => {
    const ways = outlineOf(flow(branch('s', ['n', 'l']), script('a', 's.n'))).filter(
      (row) => row.kind === 'way',
    );
    expect(ways.map(({ place }) => place)).toEqual([
      { loop: null, from: ['s.l'], to: [] },
      { loop: null, from: ['s.n'], to: ['a'] },
    ]);
  });

  it.each(shippedFlows())('shows every step of %s once', (_, document) => {
    const shown = outlineOf(document).flatMap((row) => (row.kind === 'step' ? [row.step.id] : []));
    expect(shown.toSorted()).toEqual([...walkSteps(document)].map(({ step }) => step.id).toSorted());
  });

  it('shows steps that go round in a circle too', () => {
    expect(drawn(flow(script('a', 'b'), script('b', 'a')))).toHaveLength(3);
  });
});
