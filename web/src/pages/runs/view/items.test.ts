import { describe, expect, it } from 'vitest';
import { itemFrame, itemLabel, loopsInside } from './items';

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

describe('loops inside of loops', () => {
  it('names the item as the API does', () => {
    expect(itemFrame('', 'lines', 3)).toBe('lines[3]');
    expect(itemFrame('lines[3]', 'parts', 0)).toBe('lines[3]/parts[0]');
  });
  it('finds the loops of a body, and no others', () => {
    const parts = { id: 'parts', use: 'for_each', with: { body: [] } };
    const loop = { id: 'lines', use: 'for_each', with: { body: [{ id: 'a', use: 'script' }, parts] } };
    expect(loopsInside(loop)).toEqual([parts]);
    expect(loopsInside({ id: 'a', use: 'script' })).toEqual([]);
  });
});
