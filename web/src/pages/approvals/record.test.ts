import { describe, expect, it } from 'vitest';
import { shownRecord } from './record';

describe('shownRecord', () => {
  it('has plain fields by their way, and lists of records as tables', () => {
    const order = {
      order_no: 'SO-1',
      note: '',
      customer: { id: 'C-1', name: '永峻文具' },
      tags: ['new', 'large'],
      lines: [{ sku: 'P-1', qty: 2 }],
    };
    expect(shownRecord(order)).toEqual({
      fields: [
        ['order_no', 'SO-1'],
        ['customer › id', 'C-1'],
        ['customer › name', '永峻文具'],
        ['tags', 'new, large'],
      ],
      lists: [['lines', [{ sku: 'P-1', qty: 2 }]]],
    });
  });
  it('keeps what lies deep as JSON, and plain values as they are', () => {
    expect(shownRecord({ a: { b: { c: 1 } } }).fields).toEqual([['a › b', '{"c":1}']]);
    expect(shownRecord(7).fields).toEqual([['', '7']]);
    expect(shownRecord(null).fields).toEqual([]);
    expect(shownRecord({ mixed: [1, { a: 2 }] }).fields).toEqual([['mixed', '[1,{"a":2}]']]);
  });
});
