import { describe, expect, it } from 'vitest';
import { csvOf } from './csv';

const line = (text: string) =>
  csvOf([[text]])
    .slice(1)
    .trimEnd();

describe('a file for Excel', () => {
  it('begins with the mark of UTF-8, and ends its lines as Windows does', () => {
    expect(
      csvOf([
        ['系統', 'to'],
        [12, ''],
      ]),
    ).toBe('\uFEFF系統,to\r\n12,\r\n');
  });

  it('quotes what would break a row', () => {
    expect(line('Lin, Yichun')).toBe('"Lin, Yichun"');
    expect(line('a "b"\nc')).toBe('"a ""b""\nc"');
  });

  it('lets nothing be a formula', () => {
    for (const text of ['=1+1', '+886', '-1', '@SUM(A1)', '＝HYPERLINK("x")', ' =1', '\t=1', '\rx']) {
      expect(line(text).replace(/^"/, '')).toMatch(/^'/);
    }
    expect(line('a=b')).toBe('a=b');
    expect(csvOf([[-3]]).slice(1)).toBe('-3\r\n');
  });
});
