import { describe, expect, it } from 'vitest';
import { kindOf, schemaRows } from './schemaRows';

describe('schemaRows', () => {
  it('reads lists of groups through references', () => {
    const rows = schemaRows({
      type: 'object',
      required: ['lines'],
      properties: {
        lines: { type: 'array', items: { $ref: '#/$defs/Line' }, title: 'Lines' },
        note: { type: ['string', 'null'] },
      },
      $defs: {
        Line: {
          type: 'object',
          required: ['sku'],
          properties: { sku: { type: 'string' }, day: { type: 'string', format: 'date' } },
        },
      },
    });
    expect(rows.map((row) => [row.path, row.depth, row.kind, row.of, row.required])).toEqual([
      ['lines', 0, 'list', 'group', true],
      ['lines[].sku', 1, 'text', undefined, true],
      ['lines[].day', 1, 'date', undefined, false],
      ['note', 0, 'text', undefined, false],
    ]);
  });

  it('ends where a kind of record holds itself', () => {
    const rows = schemaRows({
      $ref: '#/$defs/Node',
      $defs: { Node: { type: 'object', properties: { child: { $ref: '#/$defs/Node' } } } },
    });
    expect(rows.length).toBeLessThan(4);
    expect(rows.at(-1)?.more).toBe(true);
  });

  it('joins the parts of a whole, and leaves out what may not be there', () => {
    const rows = schemaRows({
      allOf: [{ properties: { a: { type: 'integer', default: 5 } }, required: ['a'] }],
      properties: { b: { anyOf: [{ type: 'boolean' }, { type: 'null' }] }, c: false },
    });
    expect(rows.map((row) => [row.name, row.kind, row.required, row.standard])).toEqual([
      ['a', 'whole', true, '5'],
      ['b', 'yesno', false, undefined],
    ]);
  });

  it('shows what may be chosen', () => {
    const [row] = schemaRows({ properties: { level: { enum: ['A', 'B', null] } } });
    expect(row?.choices).toEqual(['A', 'B']);
  });
});

it('names kinds as people do', () => {
  expect(kindOf({ type: 'string', format: 'binary' })).toBe('file');
  expect(kindOf({ type: 'object' })).toBe('map');
  expect(kindOf({ type: ['number', 'null'] })).toBe('number');
  expect(kindOf({})).toBe('any');
});
