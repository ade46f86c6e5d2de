import { describe, expect, it } from 'vitest';
import { addressOf, changesOf, shown } from './changes';

describe('changesOf', () => {
  it('opens groups and leaves out what stayed', () => {
    const rows = changesOf(
      { title: 'A', environments: { production: { settings: { url: 'x', port: 1 } } } },
      { title: 'A', environments: { production: { settings: { url: 'y', port: 1 } } } },
    );
    expect(rows).toEqual([{ field: 'environments.production.settings.url', before: 'x', after: 'y' }]);
  });

  it('shows what was made and what was taken away field by field', () => {
    expect(changesOf(null, { role: 'admin' })).toEqual([
      { field: 'role', before: undefined, after: 'admin' },
    ]);
    expect(changesOf({ role: 'admin' }, null)).toEqual([
      { field: 'role', before: 'admin', after: undefined },
    ]);
  });

  it('keeps lists whole, and plain values without a field', () => {
    expect(changesOf({ flows: ['a'] }, { flows: ['a', 'b'] })).toEqual([
      { field: 'flows', before: ['a'], after: ['a', 'b'] },
    ]);
    expect(changesOf(1, 2)).toEqual([{ field: '', before: 1, after: 2 }]);
    expect(changesOf(null, null)).toEqual([]);
  });
});

it('cuts what is too long for a cell', () => {
  expect(shown('abcdef', 3)).toBe('abc…');
  expect(shown(null)).toBe('–');
  expect(shown({ a: 1 })).toBe('{"a":1}');
});

it('leads to what was changed where it has a page', () => {
  expect(addressOf('flow', 'a b')).toBe('/flows/a%20b');
  expect(addressOf('session', 'x')).toBeUndefined();
});
