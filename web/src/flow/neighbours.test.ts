import { expect, it } from 'vitest';
import { layoutFlow } from './layout';
import { type Direction, neighbour } from './neighbours';
import { branch, each, flow, script } from './testing';

const layout = layoutFlow(
  flow(
    branch('s', ['n', 'l']),
    script('left', 's.l'),
    script('right', 's.n'),
    each('loop', [script('first'), script('last', 'first')], 'right'),
    script('end', 'loop'),
  ),
);

it.each<[string, Direction, string | undefined]>([
  ['trigger', 'down', 's'],
  ['s', 'down', 'left'],
  ['left', 'right', 'right'],
  ['right', 'left', 'left'],
  ['left', 'left', undefined],
  ['left', 'down', undefined],
  ['right', 'down', 'loop'],
  ['loop', 'down', 'first'],
  ['last', 'down', 'end'],
  ['first', 'up', 'loop'],
  ['end', 'up', 'loop'],
  ['s', 'up', 'trigger'],
  ['trigger', 'up', undefined],
  ['gone', 'down', 'trigger'],
])('from %s %s to %s', (from, direction, to) => {
  expect(neighbour(layout, from, direction)).toBe(to);
});
