import { describe, expect, it } from 'vitest';
import type { Schemas } from '@/api/client';
import { joined, tookMs, withhold } from './held';

const run = (id: string) => ({ id }) as Schemas['Run'];
const ids = (runs: Schemas['Run'][]) => runs.map((one) => one.id);

describe('withhold', () => {
  it('keeps what came later above, and counts it', () => {
    const { shown, waiting } = withhold([run('04'), run('03'), run('02'), run('01')], '02');
    expect(ids(shown)).toEqual(['02', '01']);
    expect(waiting).toBe(2);
  });
  it('shows everything to those at the top', () => {
    expect(withhold([run('02'), run('01')], undefined).waiting).toBe(0);
  });
});

describe('joined', () => {
  it('has each run once, where a page grew meanwhile', () => {
    const pages = [{ runs: [run('03'), run('02')] }, { runs: [run('02'), run('01')] }];
    expect(ids(joined(pages))).toEqual(['03', '02', '01']);
  });
});

describe('tookMs', () => {
  const started_at = '2026-03-05T10:00:00.000Z';
  it('ends with the run, or now', () => {
    expect(tookMs({ started_at, finished_at: '2026-03-05T10:00:02.500Z' })).toBe(2500);
    expect(tookMs({ started_at, finished_at: null }, Date.parse('2026-03-05T10:00:09Z'))).toBe(9000);
  });
  it('is nothing before the beginning, and never below zero', () => {
    expect(tookMs({ started_at: null, finished_at: null })).toBeUndefined();
    expect(tookMs({ started_at, finished_at: null }, Date.parse('2026-03-05T09:59:59Z'))).toBe(0);
  });
});
