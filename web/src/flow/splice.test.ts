import { describe, expect, it } from 'vitest';
import { placeAfter, placeBefore, placeFirst } from './place';
import { connect, disconnect, insertSteps, meetable } from './splice';
import { branch, each, flow, script, shape, stop } from './testing';

describe('putting a step in', () => {
  const line = flow(script('a'), script('b', 'a'), script('c', 'b'));

  it('puts it between two steps', () => {
    const place = { loop: null, from: ['a'], to: ['b'] };
    expect(shape(insertSteps(line, place, [script('x')]))).toBe('a; x < a; b < x; c < b');
  });

  it('puts it first and last', () => {
    expect(shape(insertSteps(line, placeFirst(line, null), [script('x')]))).toBe('x; a < x; b < a; c < b');
    expect(shape(insertSteps(line, { loop: null, from: ['c'], to: [] }, [script('x')]))).toBe(
      'a; b < a; c < b; x < c',
    );
    expect(shape(insertSteps(flow(), placeFirst(flow(), null), [script('x')]))).toBe('x');
  });

  it('puts it beside what is there, where no target is named', () => {
    expect(shape(insertSteps(line, { loop: null, from: ['a'], to: [] }, [script('x')]))).toBe(
      'a; x < a; b < a; c < b',
    );
  });

  it('lets a flow go on by the first exit of a branch', () => {
    const place = { loop: null, from: ['a'], to: ['b'] };
    const approval = { id: 'ask', use: 'approval', with: {} };
    expect(shape(insertSteps(line, place, [approval]))).toBe('a; ask < a; b < ask.approved; c < b');
  });

  it('leaves what follows where it is when nothing can follow the new step', () => {
    expect(shape(insertSteps(line, { loop: null, from: ['a'], to: ['b'] }, [stop('x')]))).toBe(
      'a; x < a; b < a; c < b',
    );
  });

  it('puts it into a loop, empty or not', () => {
    const loops = flow(each('l', []), each('m', [script('in')], 'l'));
    const first = insertSteps(loops, placeFirst(loops, 'l'), [script('x')]);
    expect(shape(insertSteps(first, placeFirst(first, 'm'), [script('y')]))).toBe(
      'l; l/x; m < l; m/y; m/in < y',
    );
  });

  it('puts it after ways that meet, with the way in which they did', () => {
    const meet = flow(branch('s', ['n', 'l']), script('a', 's.n'), {
      ...script('m', 'a', 's.l'),
      join: 'any',
    });
    const place = placeBefore(meet, 'm');
    expect(shape(insertSteps(meet, place as never, [script('x')]))).toBe(
      's; a < s.n; x < a, s.l (any); m < x',
    );
  });

  it('keeps the other sources of a step that has several', () => {
    const meet = flow(script('a'), script('b'), { ...script('m', 'a', 'b'), join: 'all' });
    expect(shape(insertSteps(meet, { loop: null, from: ['a'], to: ['m'] }, [script('x')]))).toBe(
      'a; b; x < a; m < x, b (all)',
    );
  });

  it('finds the place after a step: by the exit that leads on', () => {
    const ways = flow(branch('s', ['n', 'l']), script('a', 's.n'));
    expect(placeAfter(ways, 's')).toEqual({ loop: null, from: ['s.n'], to: ['a'] });
    expect(placeAfter(ways, 's', 'l')).toEqual({ loop: null, from: ['s.l'], to: [] });
    expect(placeAfter(flow(stop('e')), 'e')).toBeUndefined();
    expect(placeAfter(ways, 'trigger')).toEqual({ loop: null, from: [], to: ['s'] });
  });
});

describe('ways that meet', () => {
  const ways = flow(branch('s', ['n', 'l']), script('a', 's.n'), script('b', 's.l'), script('c', 'a'));

  it('start the step when any of them arrived', () => {
    expect(shape(connect(ways, null, 'b', 'c'))).toBe('s; a < s.n; b < s.l; c < a, b (any)');
  });

  it('are parted again', () => {
    expect(disconnect(connect(ways, null, 'b', 'c'), null, 'b', 'c')).toEqual(ways);
    expect(disconnect(ways, null, 'a', 'c')).toEqual(ways);
  });

  it('never go round in a circle', () => {
    expect(meetable(ways, null, 'b').map(({ id }) => id)).toEqual(['a', 'c']);
    expect(meetable(ways, null, 'c').map(({ id }) => id)).toEqual(['b']);
  });
});
