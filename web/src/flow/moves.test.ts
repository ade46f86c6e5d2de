import { expect, it } from 'vitest';
import { placeDown, placeUp } from './moves';
import { moveStep } from './remove';
import { branch, each, flow, script, shape } from './testing';
import type { FlowDocument } from './types';

const line = flow(script('a'), script('b', 'a'), script('c', 'b'));
const up = (document: FlowDocument, id: string) => {
  const place = placeUp(document, id);
  return place && shape(moveStep(document, id, place));
};
const down = (document: FlowDocument, id: string) => {
  const place = placeDown(document, id);
  return place && shape(moveStep(document, id, place));
};

it('moves past the neighbour', () => {
  expect(up(line, 'b')).toBe('b; a < b; c < a');
  expect(down(line, 'b')).toBe('a; c < a; b < c');
  expect(up(line, 'a')).toBeUndefined();
  expect(down(line, 'c')).toBeUndefined();
});

it('moves out of a loop at its ends', () => {
  const loops = flow(script('a'), each('l', [script('x'), script('y', 'x')], 'a'));
  expect(up(loops, 'x')).toBe('a; x < a; l < x; l/y');
  expect(down(loops, 'y')).toBe('a; l < a; l/x; y < l');
});

it('stays in its way of a branch', () => {
  const ways = flow(branch('s', ['n', 'l']), script('a', 's.n'), script('b', 's.l'));
  expect(up(ways, 'a')).toBeUndefined();
  expect(down(ways, 's')).toBeUndefined();
});
