import { describe, expect, it } from 'vitest';
import { placeFirst } from './place';
import { canMove, groupOf, moveStep, removeStep, removeSteps } from './remove';
import { branch, each, flow, script, shape, stop } from './testing';

describe('taking a step out', () => {
  it('lets what followed follow what came before', () => {
    const line = flow(script('a'), script('b', 'a'), script('c', 'b'), script('d', 'b'));
    expect(shape(removeStep(line, 'b').document)).toBe('a; c < a; d < a');
    expect(shape(removeStep(line, 'a').document)).toBe('b; c < b; d < b');
  });

  it('takes along what only its error way led to', () => {
    const { document, also } = removeStep(
      flow(script('a'), script('b', 'a'), script('e', 'a.error'), script('f', 'e'), script('g', 'b', 'f')),
      'a',
    );
    expect(shape(document)).toBe('b; g < b');
    expect(also).toEqual(['e', 'f']);
  });

  it('keeps one way of a branch, and what other ways lead to as well', () => {
    const ways = flow(script('t'), branch('s', ['n', 'l'], 't'), script('a', 's.n'), script('b', 's.l'), {
      ...script('m', 'a', 'b'),
      join: 'any' as const,
    });
    expect(shape(removeStep(ways, 's', 's.l').document)).toBe('t; b < t; m < b');
    expect(removeStep(ways, 's', 's.l').also).toEqual(['a']);
    expect(shape(removeStep(ways, 's', null).document)).toBe('t');
    expect(removeStep(ways, 's').also).toEqual(['a']);
  });

  it('says how several ways meet where one becomes several', () => {
    const ways = flow(
      script('a'),
      script('b'),
      { ...script('m', 'a', 'b'), join: 'all' as const },
      script('c', 'm'),
    );
    expect(shape(removeStep(ways, 'm').document)).toBe('a; b; c < a, b (any)');
  });

  it('takes a loop out with its steps, and several at once', () => {
    const loops = flow(script('a'), each('l', [script('x'), script('y', 'x')], 'a'), script('b', 'l'));
    expect(shape(removeStep(loops, 'l').document)).toBe('a; b < a');
    expect(shape(removeSteps(loops, ['x', 'a']).document)).toBe('l; l/y; b < l');
  });
});

describe('moving a step', () => {
  const line = flow(script('a'), script('b', 'a'), script('c', 'b'));

  it('moves it within a line', () => {
    expect(shape(moveStep(line, 'a', { loop: null, from: ['b'], to: ['c'] }))).toBe('b; a < b; c < a');
    expect(shape(moveStep(line, 'c', { loop: null, from: [], to: ['a'] }))).toBe('c; a < c; b < a');
    expect(shape(moveStep(line, 'a', { loop: null, from: ['c'], to: [] }))).toBe('b; c < b; a < c');
  });

  it('stays where it is when it is dropped beside itself', () => {
    expect(moveStep(line, 'b', { loop: null, from: ['a'], to: ['b'] })).toBe(line);
    expect(moveStep(line, 'b', { loop: null, from: ['b'], to: ['c'] })).toBe(line);
  });

  it('goes into a loop and out of it, never into itself', () => {
    const loops = flow(script('a'), each('l', [script('x')], 'a'));
    const inside = moveStep(loops, 'a', placeFirst(loops, 'l'));
    expect(shape(inside)).toBe('l; l/a; l/x < a');
    expect(shape(moveStep(inside, 'x', { loop: null, from: ['l'], to: [] }))).toBe('l; l/a; x < l');
    expect(canMove(loops, 'l', placeFirst(loops, 'l'))).toBe(false);
  });

  it('takes its error way along', () => {
    const ways = flow(script('a'), script('e', 'a.error'), script('b', 'a'));
    expect(shape(moveStep(ways, 'a', { loop: null, from: ['b'], to: [] }))).toBe('b; a < b; e < a.error');
  });

  it('moves a branch with all its ways, and goes on after the first of them', () => {
    const ways = flow(
      branch('s', ['n', 'l']),
      script('x', 's.l'),
      stop('y', 's.n'),
      script('m', 'x'),
      script('p'),
      script('q', 'p'),
    );
    expect([...groupOf(ways, 's')].toSorted()).toEqual(['m', 's', 'x', 'y']);
    expect(shape(moveStep(ways, 's', { loop: null, from: ['p'], to: ['q'] }))).toBe(
      'p; s < p; x < s.l; y < s.n; m < x; q < m',
    );
  });

  it('moves a branch with one way like any step, and keeps that way', () => {
    const ways = flow(branch('s', ['n', 'l']), script('a', 's.n'), script('b', 'a'));
    expect(shape(moveStep(ways, 's', { loop: null, from: ['a'], to: ['b'] }))).toBe('a; s < a; b < s.n');
  });
});
