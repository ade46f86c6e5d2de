import { describe, expect, it } from 'vitest';
import { itemLabel } from './items';

describe('itemLabel', () => {
  it('names a record as people do: its number, then its name', () => {
    expect(itemLabel({ qty: 3, customer_name: '永峻文具', id: 7, order_no: 'SO-1' })).toBe(
      'SO-1 · 永峻文具 · 7',
    );
  });
  it('takes the first plain fields where nothing is telling', () => {
    expect(itemLabel({ lines: [], qty: 3, unit: 'pcs', price: 4 })).toBe('3 · pcs');
  });
  it('takes plain values as they are, and is never long', () => {
    expect(itemLabel('P-1001')).toBe('P-1001');
    expect(itemLabel(undefined)).toBe('');
    expect(itemLabel('x'.repeat(200))).toHaveLength(80);
  });
});
