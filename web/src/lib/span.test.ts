import { expect, it } from 'vitest';
import { spanMs } from './span';

it.each([
  ['5m', 300_000],
  ['1h30m', 5_400_000],
  ['400d', 34_560_000_000],
  ['250ms', 250],
  ['1.5s', 1500],
  ['soon', undefined],
  ['5', undefined],
  ['', undefined],
])('%s', (text, ms) => {
  expect(spanMs(text)).toBe(ms);
});
