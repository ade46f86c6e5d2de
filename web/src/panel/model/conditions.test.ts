import { describe, expect, it } from 'vitest';
import { readConditions, typedValue, writeConditions } from './conditions';

/** All conditions of the flows that are shipped. */
const SHIPPED = [
  'trigger.body.data.status == "lead"',
  'trigger.body.data.tax_id == ()',
  '!is_empty(steps.known.items)',
  'errors.create.class == "conflict" && get(errors.create.body, "customer_code") != ()',
  'trigger.body.message.type == "text" && trigger.body.source.userId != ()',
  'steps.order.total > 100000',
  'steps.reminder.customers == 0 || item.line_user_id == ()',
  'index >= steps.room',
  '(trigger.body.data.customer_tax_id ?? steps.customer.tax_id) == ()',
  'starts_with(steps.order.reference ?? "", "Q")',
  'number(trigger.body.total) > 12.5',
  '!contains(steps.a.name, "x && y")',
  'steps.a.active',
  '!steps.a.active',
];

describe('conditions', () => {
  it.each(SHIPPED)('are rows and the same formula again: %s', (code) => {
    const rows = readConditions(code);
    expect(rows).toBeDefined();
    expect(rows && writeConditions(rows)).toBe(code);
  });
  it('are read as people say them', () => {
    expect(readConditions('steps.a.total > 5 || is_empty(item.no)')).toEqual({
      join: 'any',
      rows: [
        { left: 'steps.a.total', is: 'more', right: { value: 5 } },
        { left: 'item.no', is: 'empty' },
      ],
    });
    expect(readConditions('index >= steps.room')?.rows[0]?.right).toEqual({ code: 'steps.room' });
    expect(readConditions('number(a.b) < 3')?.rows[0]).toMatchObject({ left: 'a.b', numeric: true });
  });
  it.each(['a && b || c', 'a > 1 > b', 'a == 1 == b', 'x => y', 'a + b', 'if a { b } else { c }'])(
    'that say more stay formulas: %s',
    (code) => expect(readConditions(code)).toBeUndefined(),
  );
  it('begin with nothing', () => {
    expect(readConditions('')).toEqual({ join: 'all', rows: [] });
    expect(writeConditions({ join: 'all', rows: [{ left: '', is: 'equal' }] })).toBe('');
  });
});

describe('a typed value', () => {
  it('is of the kind that it is compared with', () => {
    expect(typedValue('5', 3)).toBe(5);
    expect(typedValue('5', 'A5')).toBe('5');
    expect(typedValue('5', undefined, 7)).toBe(5);
    expect(typedValue('true', false)).toBe(true);
    expect(typedValue('held', 'posted')).toBe('held');
  });
});
