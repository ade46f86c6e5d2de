import { describe, expect, it } from 'vitest';
import {
  cleared,
  filterPart,
  fromLocalInput,
  period,
  searched,
  taken,
  toFilter,
  toLocalInput,
} from './filter';

const NOW = new Date(2026, 2, 5, 14, 30).getTime();

describe('the filter in the address', () => {
  it('is what the API is asked, without the page’s other fields', () => {
    const address = { flow: 'orders', status: 'failed', version: '3', tab: 'x', trigger: undefined };
    expect(toFilter(address, NOW)).toEqual({ flow: 'orders', status: 'failed', version: 3 });
    expect(filterPart(address)).toEqual({ flow: 'orders', status: 'failed', version: '3' });
    expect(cleared(address)).toEqual({ tab: 'x' });
  });

  it('reads named ranges from now, and today from midnight here', () => {
    expect(period({ range: '24h' }, NOW)).toEqual({ from: new Date(NOW - 86_400_000).toISOString() });
    expect(period({ range: 'today' }, NOW)).toEqual({ from: new Date(2026, 2, 5).toISOString() });
  });

  it('prefers a named range over from and to, and drops what is no time', () => {
    expect(period({ range: '1h', from: '2020-01-01', to: '2020-01-02' }, NOW).to).toBeUndefined();
    expect(period({ range: 'aeon', from: 'yesterday', to: '2026-03-01T00:00:00Z' }, NOW)).toEqual({
      from: undefined,
      to: '2026-03-01T00:00:00.000Z',
    });
  });

  it('counts a time range once among what is taken', () => {
    expect(taken({ from: '2026-03-01', to: '2026-03-02', flow: 'orders' })).toEqual(['flow', 'range']);
    expect(taken({ view: 'x' })).toEqual([]);
  });
});

describe('the search field', () => {
  it('knows an id of a run, whole or begun', () => {
    const id = '01a2227e-d88b-7688-a81b-21452ae1176b';
    expect(searched(` ${id.toUpperCase()} `)).toEqual({ id, text: undefined });
    expect(searched('01a2227e-d88')).toEqual({ id: '01a2227e-d88', text: undefined });
  });

  it('takes numbers and names as text of the input', () => {
    expect(searched('20260301')).toEqual({ id: undefined, text: '20260301' });
    expect(searched('永峻文具')).toEqual({ id: undefined, text: '永峻文具' });
    expect(searched('  ')).toEqual({ id: undefined, text: undefined });
  });
});

describe('times in fields', () => {
  it('go to the reader’s zone and back', () => {
    const at = new Date(NOW).toISOString();
    expect(toLocalInput(at)).toBe('2026-03-05T14:30');
    expect(fromLocalInput(toLocalInput(at))).toBe(at);
    expect(toLocalInput('nonsense')).toBe('');
    expect(fromLocalInput('')).toBeUndefined();
  });
});
