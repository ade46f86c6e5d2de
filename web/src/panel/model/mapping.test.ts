import { describe, expect, it } from 'vitest';
import { fieldOf } from './fields';
import {
  link,
  linkOf,
  missing,
  readMapped,
  type Target,
  targetsOf,
  through,
  unlink,
  without,
  writeMapped,
} from './mapping';
import { likeness, suggestions, wordsOf } from './suggest';

const schema = {
  type: 'object',
  required: ['customer_code', 'lines'],
  properties: {
    customer_code: { type: 'string' },
    note: { type: 'string' },
    lines: {
      type: 'array',
      items: {
        type: 'object',
        required: ['sku', 'quantity'],
        properties: { sku: { type: 'string' }, quantity: { type: 'integer' } },
      },
    },
    address: { type: 'object', required: ['city'], properties: { city: { type: 'string' } } },
  },
};
const targets = targetsOf(fieldOf(schema, schema, 'en', ''), {}, 'en');
const at = (path: string) => targets.find((target) => target.path.join('.') === path) as Target;
const ITEM = ['trigger', 'body', 'rows', 0];

describe('targets', () => {
  it('are all fields, those of items too', () => {
    expect(targets.map((target) => target.path.join('.'))).toEqual([
      'customer_code',
      'note',
      'lines',
      'lines.0.sku',
      'lines.0.quantity',
      'address',
      'address.city',
    ]);
    // What an optional group needs is not needed without the group.
    expect(at('address.city').required).toBe(false);
    expect(at('lines.0.sku').required).toBe(true);
  });
});

describe('links', () => {
  it('are put in, read and taken out', () => {
    const value = link({ note: 'x' }, at('customer_code'), ['steps', 'a', 'code'], 2);
    expect(value).toEqual({ note: 'x', customer_code: '{{ steps.a?.code }}' });
    expect(linkOf(value, at('customer_code'))).toMatchObject({ from: ['steps', 'a', 'code'] });
    expect(linkOf(value, at('note'))).toEqual({ value: 'x' });
    expect(unlink(value, at('customer_code'))).toEqual({ note: 'x' });
  });
  it('make a list item by item', () => {
    const one = link({}, at('lines.0.sku'), [...ITEM, 'code']);
    expect(one).toEqual({ lines: '{{ trigger.body.rows.map(|line| #{ sku: line.code }) }}' });
    const two = link(one, at('lines.0.quantity'), [...ITEM, 'qty']);
    expect(two).toEqual({
      lines: '{{ trigger.body.rows.map(|line| #{ sku: line.code, quantity: line.qty }) }}',
    });
    expect(linkOf(two, at('lines.0.quantity'))).toMatchObject({ from: [...ITEM, 'qty'] });
    expect(unlink(two, at('lines.0.sku'))).toEqual({
      lines: '{{ trigger.body.rows.map(|line| #{ quantity: line.qty }) }}',
    });
    expect(unlink(one, at('lines.0.sku'))).toEqual({});
    // What is the same for all items stands in each.
    expect(link(one, at('lines.0.quantity'), ['trigger', 'body', 'n'])).toEqual({
      lines: '{{ trigger.body.rows.map(|line| #{ sku: line.code, quantity: trigger.body.n }) }}',
    });
  });
  it('leave written items as they are', () => {
    const value = { lines: [{ sku: 'A' }, { sku: 'B' }] };
    expect(link(value, at('lines.0.quantity'), [...ITEM, 'qty'])).toEqual({
      lines: [{ sku: 'A', quantity: '{{ trigger.body.rows[0].qty }}' }, { sku: 'B' }],
    });
  });
  it('may go through a function', () => {
    const value = through({ customer_code: '{{ a.b }}' }, at('customer_code'), (code) => `trim(${code})`);
    expect(value).toEqual({ customer_code: '{{ trim(a.b) }}' });
    expect(linkOf(value, at('customer_code'))).toMatchObject({ from: ['a', 'b'], through: 'trim' });
    expect(without('round(a.b, 2)')).toBe('a.b');
    expect(through(value, at('customer_code'), without)).toEqual({ customer_code: '{{ a.b }}' });
  });
});

describe('lists that are mapped', () => {
  it('are read and written the same', () => {
    const code = 'steps.q.lines.map(|l| #{ sku: l.code, "x y": f(l.a, "b, c"), m: #{ n: 1 } })';
    const mapped = readMapped(code);
    expect(mapped?.fields).toEqual([
      ['sku', 'l.code'],
      ['x y', 'f(l.a, "b, c")'],
      ['m', '#{ n: 1 }'],
    ]);
    expect(mapped && writeMapped(mapped)).toBe(code);
  });
  it.each(['a.map(|x| x.y)', 'a', 'f(a).map(|x| #{})', 'a.map(|x| #{ y: 1 }).filter(|x| x)'])(
    'are nothing else: %s',
    (code) => expect(readMapped(code)).toBeUndefined(),
  );
});

describe('what is missing', () => {
  const names = (value: unknown) => missing(value, targets).map((target) => target.path.join('.'));
  it('is what is needed and not filled in', () => {
    expect(names({})).toEqual(['customer_code', 'lines']);
    expect(names({ customer_code: 'C', lines: '{{ steps.a }}' })).toEqual([]);
    expect(names({ customer_code: 'C', lines: '{{ a.b.map(|line| #{ sku: line.c }) }}' })).toEqual([
      'lines.0.quantity',
    ]);
  });
});

describe('suggestions', () => {
  it('know names that mean the same', () => {
    expect(wordsOf('unitPrice-No.')).toEqual(['unit', 'price', 'no']);
    const like = (a: string, ...b: string[]) =>
      likeness({ path: [a], title: a }, { path: b, title: b.at(-1) ?? '' });
    expect(like('quantity', 'qty')).toBeGreaterThan(0.8);
    expect(like('customer_name', 'customer', 'name')).toBeGreaterThan(0.8);
    expect(like('customer_code', 'customer', 'id')).toBeGreaterThan(0.8);
    expect(like('note', 'total')).toBe(0);
  });
  it('fill what is open, items from items', () => {
    const sources = [
      {
        key: 't',
        path: ['trigger', 'body'],
        title: 'Quote',
        value: { customer: { code: 'C1' }, lines: [{ sku: 'A', qty: 2 }], note: 'n' },
      },
    ];
    const found = suggestions(targets, { note: 'mine' }, sources, 'en').map(
      ({ target, found: { place } }) => `${target.path.join('.')} < ${place.path.join('.')}`,
    );
    expect(found).toEqual([
      'customer_code < trigger.body.customer.code',
      'lines.0.sku < trigger.body.lines.0.sku',
      'lines.0.quantity < trigger.body.lines.0.qty',
    ]);
  });
});
