import { describe, expect, it } from 'vitest';
import type { FlowDocument } from '@/flow/types';
import { changesOf, rowOf, tally, textOf } from './changes';

const flow = (steps: FlowDocument['steps']): FlowDocument => ({
  causeway: 1,
  kind: 'flow',
  name: 'Orders',
  trigger: { use: 'webhook' },
  steps,
});
const loop = {
  id: 'each',
  use: 'for_each',
  with: { items: '{{ trigger.body }}', body: [{ id: 'send', name: 'Send it', use: 'http.request' }] },
};

describe('what changed', () => {
  const before = flow([{ id: 'old', use: 'wait', with: { for: '1h' } }]);
  const after = flow([loop, { id: 'sum', name: 'Add up', use: 'script', with: { code: 'a +\nb' } }]);
  const parts = changesOf(
    {
      fields: [
        { field: '/tags', new: ['sales'] },
        { field: '/trigger/with/path', old: 'a', new: 'b' },
        { field: '/settings/timeout', old: '1h', new: '20m' },
      ],
      steps: [
        { id: 'sum', use: 'script', change: 'added', fields: [] },
        {
          id: 'send',
          use: 'http.request',
          change: 'changed',
          inside: 'each',
          fields: [{ field: '/with/json/no', old: 1, new: '{{ item.no }}' }],
        },
        { id: 'old', use: 'wait', change: 'removed', fields: [] },
      ],
    },
    before,
    after,
  );

  it('tells the flow, its trigger and its settings before the steps', () => {
    expect(parts.map((part) => part.key)).toEqual([
      'flow',
      'trigger',
      'settings',
      'step sum',
      'step send',
      'step old',
    ]);
    expect(tally(parts)).toEqual({ added: 1, removed: 1, changed: 1, other: true });
  });

  it('names fields without the envelope that they stand in', () => {
    expect(parts[1]?.rows).toEqual([{ path: ['path'], form: 'short', old: 'a', new: 'b' }]);
    expect(parts[4]?.rows[0]?.path).toEqual(['json', 'no']);
  });

  it('names steps inside of loops', () => {
    expect(parts[4]?.step).toEqual({ id: 'send', name: 'Send it', use: 'http.request', inside: 'each' });
  });

  it('shows all of what is new, and of what is gone', () => {
    expect(parts[3]?.rows).toEqual([{ path: ['code'], form: 'text', new: 'a +\nb' }]);
    expect(parts[5]?.rows).toEqual([{ path: ['for'], form: 'short', old: '1h' }]);
  });
});

it('names each of the settings that came as a whole', () => {
  const diff = { fields: [{ field: '/settings', new: { minutes_saved: 12, keep: '30d' } }], steps: [] };
  expect(changesOf(diff, flow([]), flow([]))[0]?.rows).toEqual([
    { path: ['minutes_saved'], form: 'short', new: '12' },
    { path: ['keep'], form: 'short', new: '30d' },
  ]);
});

describe('values as text', () => {
  it('keeps texts, and breaks long JSON into lines', () => {
    expect(textOf('a')).toBe('a');
    expect(textOf({ a: 1 })).toBe('{"a":1}');
    expect(textOf(['sales', '訂單'])).toBe('sales, 訂單');
    expect(textOf(['a, b'])).toBe('["a, b"]');
    expect(textOf({ a: 'x'.repeat(80) })).toContain('\n');
    expect(rowOf(['a'], null, undefined)).toEqual({ path: ['a'], form: 'short', old: 'null' });
    expect(rowOf(['a'], 'x'.repeat(80), 'y').form).toBe('text');
  });
});
