import { describe, expect, it } from 'vitest';
import { codeToPath, lookUp, pathToCode, put } from './path';

describe('paths', () => {
  it('are written as Rhai reads them', () => {
    expect(pathToCode(['trigger', 'body', 'lines', 0, 'sku'])).toBe('trigger.body.lines[0].sku');
    expect(pathToCode(['trigger', 'body', '單號'])).toBe('trigger.body["單號"]');
    expect(pathToCode(['trigger', 'body', 'default'])).toBe('trigger.body["default"]');
    expect(pathToCode(['steps', 'create', 'no'], 2)).toBe('steps.create?.no');
    expect(pathToCode(['steps', 'create', '單號'], 2)).toBe('steps.create?["單號"]');
  });
  it('are read back, and nothing else is', () => {
    for (const path of [['trigger'], ['steps', 'a', 'x-y', 3, '單號 "1"'], ['item', 'no']])
      expect(codeToPath(pathToCode(path))).toEqual(path);
    expect(codeToPath('steps.create?.no')).toEqual(['steps', 'create', 'no']);
    for (const code of ['a + b', 'trim(a)', 'a.len()', '1', '', 'a.b ?? 0', '"a"'])
      expect(codeToPath(code)).toBeUndefined();
  });
});

describe('values at paths', () => {
  it('are looked up without failing', () => {
    expect(lookUp({ a: [{ b: 1 }] }, ['a', 0, 'b'])).toBe(1);
    expect(lookUp({ a: null }, ['a', 'b', 'c'])).toBeUndefined();
  });
  it('are put in, and all else stays as it was', () => {
    const before = { x: { deep: [1] }, a: [{ b: 1, c: 2 }, 5] };
    const after = put(before, ['a', 0, 'b'], 9) as typeof before;
    expect(after).toEqual({ x: { deep: [1] }, a: [{ b: 9, c: 2 }, 5] });
    expect(after.x).toBe(before.x);
    expect(before.a).toEqual([{ b: 1, c: 2 }, 5]);
    expect(Object.keys(put({ b: 1, a: 2 }, ['b'], 3) as object)).toEqual(['b', 'a']);
  });
  it('make what is missing, and take away', () => {
    expect(put(undefined, ['a', 'b'], 1)).toEqual({ a: { b: 1 } });
    expect(put({ a: 1, b: 2 }, ['a'], undefined)).toEqual({ b: 2 });
    expect(put({ a: [1, 2, 3] }, ['a', 1], undefined)).toEqual({ a: [1, 3] });
    expect(put({ a: [1] }, ['a', 1], 2)).toEqual({ a: [1, 2] });
  });
});
