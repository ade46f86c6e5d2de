import { expect, it } from 'vitest';
import { isObject, keysOf, toPointer } from './json';

it('tells objects from lists and null', () => {
  expect([{}, [], null, 'a', undefined].map(isObject)).toEqual([true, false, false, false, false]);
});
it('reads and writes pointers', () => {
  expect(toPointer(['a/b', 0, 'c~'])).toBe('/a~1b/0/c~0');
  expect(keysOf('/a~1b/0/c~0')).toEqual(['a/b', '0', 'c~']);
  expect([toPointer([]), keysOf('')]).toEqual(['', []]);
});
