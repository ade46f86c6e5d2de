import { expect, it } from 'vitest';
import { sampleName } from './sampleName';

it('makes a name for addresses from what people call it', () => {
  expect(sampleName('  Large order, über limit! ', 'x')).toBe('large-order-u-ber-limit');
  expect(sampleName('大額訂單', '01a2227e-d88b-7688-a81b-21452ae1176b')).toBe('run-21452ae1176b');
  expect(sampleName(`${'a'.repeat(39)} b`, 'x')).toBe('a'.repeat(39));
});
