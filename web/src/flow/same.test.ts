import { expect, it } from 'vitest';
import { isSameFlow } from './same';
import { flow, script } from './testing';

it.each<[unknown, unknown, boolean]>([
  [flow(script('a')), flow(script('a')), true],
  [{ a: 1, b: [2] }, { b: [2], a: 1 }, true],
  [{ a: 1, with: {}, after: [], x: undefined }, { a: 1 }, true],
  [{ a: { b: {} } }, {}, true],
  [{ a: '' }, {}, false],
  [{ a: 0 }, { a: false }, false],
  [{ a: [1, 2] }, { a: [2, 1] }, false],
  [{ a: [1] }, { a: { 0: 1 } }, false],
  [flow(script('a')), flow(script('b')), false],
])('%j and %j', (a, b, same) => {
  expect(isSameFlow(a, b)).toBe(same);
  expect(isSameFlow(b, a)).toBe(same);
});
