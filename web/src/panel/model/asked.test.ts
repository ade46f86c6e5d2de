import { describe, expect, it } from 'vitest';
import { readAsked, writeAsked } from './asked';

const schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    no: { type: 'string', title: 'Order number', minLength: 1 },
    due: { type: 'string', format: 'date' },
    lines: { type: 'array', items: { type: 'object' } },
  },
  required: ['no'],
};

describe('what a flow asks for', () => {
  it('is a list of fields and the same schema again', () => {
    const fields = readAsked(schema);
    expect(fields?.map((field) => [field.name, field.kind, field.required])).toEqual([
      ['no', 'text', true],
      ['due', 'date', false],
      ['lines', 'list', false],
    ]);
    expect(fields && writeAsked(fields, schema)).toEqual(schema);
  });
  it('is nothing without a schema, and stays a schema where it says more', () => {
    expect(readAsked(undefined)).toEqual([]);
    expect(readAsked({ type: 'object', properties: { a: { anyOf: [] } } })).toBeUndefined();
    expect(readAsked({ type: 'array' })).toBeUndefined();
  });
});
