import { describe, expect, it } from 'vitest';
import type { MapEdge, MapSystem } from '../types';
import { healthOf, lineWidth } from './health';
import { handOverId, systemId } from './ids';
import { exported, rowsOf } from './rows';

const edge = (from: string, to: string, rest: Partial<MapEdge> = {}): MapEdge => ({
  id: `${from}->${to}`,
  from,
  to,
  flows: [],
  runs: 0,
  failed: 0,
  manual: false,
  ...rest,
});
const system = (id: string, manual = false): MapSystem => ({
  id,
  title: { en: id, 'zh-TW': id },
  connections: [],
  manual,
});

describe('health', () => {
  it('is what the runs say, and nothing of what people carry', () => {
    expect(healthOf(edge('a', 'b'))).toBe('quiet');
    expect(healthOf(edge('a', 'b', { runs: 9 }))).toBe('well');
    expect(healthOf(edge('a', 'b', { runs: 9, failed: 1 }))).toBe('failing');
    expect(healthOf(edge('a', 'b', { manual: true }))).toBe('byHand');
  });

  it('widens lines with the runs, to an end', () => {
    expect(lineWidth(0)).toBe(1.5);
    expect(lineWidth(1000)).toBeGreaterThan(lineWidth(100));
    expect(lineWidth(1e9)).toBe(6);
  });
});

describe('ids', () => {
  const connectors = [{ name: 'dinkoko-erp', title: { en: 'Dinkoko ERP', 'zh-TW': '鼎高 ERP' } }];

  it('are the connector’s own where its name was given', () => {
    expect(systemId(' 鼎高 erp', new Set(), connectors)).toBe('dinkoko-erp');
    expect(systemId('Dinkoko ERP', new Set(['dinkoko-erp']), connectors)).toBe('dinkoko-erp-2');
  });

  it('come from the name, and are never taken twice', () => {
    expect(systemId('Payroll', new Set(['payroll']), [])).toBe('payroll-2');
    expect(systemId('倉管系統', new Set(), [])).toBe('system');
    expect(systemId('倉管系統', new Set(['system']), [])).toBe('system-2');
  });

  it('of hand-overs keep the rule of slugs', () => {
    expect(handOverId()).toMatch(/^hand-over-[0-9a-f]{12}$/);
  });
});

describe('rows', () => {
  const map = {
    systems: [system('erp'), system('crm'), system('payroll', true)],
    edges: [
      edge('erp', 'crm', { manual: true, id: 'h', how: 'Excel by mail', note: '=each Friday' }),
      edge('crm', 'erp', { runs: 7, failed: 1, flows: [{ slug: 'orders', name: 'Orders' }] }),
    ],
  };
  const words = { head: ['From'], byFlow: 'flow', byHand: 'by hand', comma: ', ' };

  it('stand in the order of their ends', () => {
    expect(rowsOf(map, (id) => id).map((row) => row.edge.id)).toEqual(['crm->erp', 'h']);
  });

  it('make a file of lines and of what stands alone', () => {
    expect(
      exported(map, (id) => id, words)
        .slice(1)
        .split('\r\n'),
    ).toEqual([
      'From',
      'crm,erp,flow,Orders,7,1,,',
      `erp,crm,by hand,,,,Excel by mail,"'=each Friday"`,
      'payroll,,,,,,,',
      '',
    ]);
  });
});
