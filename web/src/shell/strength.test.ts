import { expect, it } from 'vitest';
import { strengthOf } from './strength';

it.each([
  ['short', 'Tr0ub4dor'],
  ['weak', 'aaaaaaaaaaaa'],
  ['weak', '1234567890'],
  ['weak', 'abcdefghijkl'],
  ['fair', 'taipei-2026'],
  ['strong', 'correct horse battery'],
  ['strong', '我家門前有小河後面有山坡'],
])('%s: %s', (strength, password) => {
  expect(strengthOf(password)).toBe(strength);
});
