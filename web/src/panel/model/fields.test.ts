// biome-ignore-all lint/suspicious/noThenProperty: JSON Schema has a keyword of that name
import { describe, expect, it } from 'vitest';
import { fieldOf, fits, groupFields, itemField, leaves, unknownNames, variantOf, variantsOf } from './fields';

const order = {
  type: 'object',
  additionalProperties: false,
  properties: {
    customer_code: {
      type: 'string',
      title: 'Customer code',
      description: 'Who orders.',
      'x-causeway-zh-TW': { title: '客戶代號', description: '下單的客戶。' },
    },
    lines: { type: 'array', items: { $ref: '#/$defs/Line' }, title: 'Lines' },
    note: { type: ['string', 'null'], maxLength: 2000, title: 'Note' },
    body: { $ref: '#/$defs/Order', title: 'Body' },
  },
  required: [],
  if: { required: ['body'] },
  then: { properties: { customer_code: false, lines: false, note: false } },
  else: { required: ['customer_code', 'lines'] },
  $defs: {
    Line: {
      type: 'object',
      required: ['sku'],
      properties: { sku: { type: 'string', title: 'Product' }, quantity: { type: 'integer', minimum: 1 } },
    },
    Order: { type: 'object', properties: { lines: { type: 'array', items: { $ref: '#/$defs/Line' } } } },
  },
};
const root = (schema: object) => fieldOf(schema as never, schema as never, 'en', '');
const names = (fields: { name: string }[]) => fields.map((field) => field.name);

describe('fields of a schema', () => {
  it('follow its conditions', () => {
    const fields = groupFields(root(order), {}, 'en');
    expect(names(fields.filter((field) => field.required))).toEqual(['customer_code', 'lines']);
    expect(names(groupFields(root(order), { body: {} }, 'en'))).toEqual(['body']);
    // What is there is shown even where it should not be.
    expect(names(groupFields(root(order), { body: {}, note: 'x' }, 'en'))).toEqual(['note', 'body']);
  });
  it('speak the language of the reader', () => {
    const [code] = groupFields(fieldOf(order, order, 'zh-TW', ''), {}, 'zh-TW');
    expect(code).toMatchObject({ title: '客戶代號', hint: '下單的客戶。' });
  });
  it('have kinds', () => {
    const kinds = groupFields(root(order), {}, 'en').map((field) => field.kind);
    expect(kinds).toEqual(['text', 'list', 'text', 'group']);
    const [, lines] = groupFields(root(order), {}, 'en');
    expect(lines && groupFields(itemField(lines, 'en'), {}, 'en').map((field) => field.kind)).toEqual([
      'text',
      'number',
    ]);
  });
  it('pass on what counts for all inside', () => {
    const schema = {
      type: 'object',
      properties: {
        verify: { type: 'object', 'x-causeway-fixed': true, properties: { header: { type: 'string' } } },
      },
    };
    const [verify] = groupFields(root(schema), {}, 'en');
    expect(verify && groupFields(verify, {}, 'en')[0]?.fixed).toBe(true);
  });
  it('show only what the chosen way needs', () => {
    const auth = {
      type: 'object',
      required: ['type'],
      properties: {
        type: { enum: ['basic', 'bearer'] },
        username: { type: 'string' },
        token: { type: 'string' },
      },
      allOf: [
        { if: { properties: { type: { const: 'basic' } } }, then: { required: ['username'] } },
        { if: { properties: { type: { const: 'bearer' } } }, then: { required: ['token'] } },
      ],
    };
    expect(names(groupFields(root(auth), { type: 'bearer' }, 'en'))).toEqual(['type', 'token']);
    expect(names(groupFields(root(auth), { type: 'bearer', username: 'a' }, 'en'))).toContain('username');
  });
  it('know variants by their tag', () => {
    const message = {
      oneOf: [
        { type: 'object', title: 'Text', properties: { type: { const: 'text' }, text: { type: 'string' } } },
        { type: 'object', properties: { type: { const: 'sticker' } } },
      ],
    };
    const variants = variantsOf(root(message), 'en');
    expect(variants.map((variant) => variant.title)).toEqual(['Text', 'sticker']);
    expect(variantOf(variants, { type: 'sticker' })).toBe(variants[1]);
    expect(variantOf(variants, { type: 'other' })).toBeUndefined();
  });
});

describe('what a form cannot show', () => {
  it('does not fit', () => {
    const [code, lines] = groupFields(root(order), {}, 'en');
    if (!code || !lines) throw new Error('fields are missing');
    expect(fits(code, 'C1', 'en')).toBe(true);
    expect(fits(code, { a: 1 }, 'en')).toBe(false);
    expect(fits(lines, 'x', 'en')).toBe(false);
  });
  it('is named', () => {
    const field = root(order);
    expect(unknownNames(groupFields(field, { more: 1 }, 'en'), field, { more: 1, note: '' })).toEqual([
      'more',
    ]);
  });
});

describe('leaves', () => {
  it('are all places, lists by their first item', () => {
    expect(leaves(order, 'en').map((leaf) => leaf.path.join('.'))).toEqual([
      'customer_code',
      'lines',
      'lines.0.sku',
      'lines.0.quantity',
      'note',
      'body',
      'body.lines',
      'body.lines.0.sku',
      'body.lines.0.quantity',
    ]);
  });
});
