// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Rhai has templates of its own
import { describe, expect, it } from 'vitest';
import { fromFormula, modeOf, toFormula } from './modes';

const field = { kind: 'text' as const, fixed: false };

describe('the mode of a field', () => {
  it('is read off its value', () => {
    expect(modeOf(field, 'plain')).toBe('literal');
    expect(modeOf(field, 5)).toBe('literal');
    expect(modeOf(field, '{{ steps.order.total }}')).toBe('text');
    expect(modeOf(field, 'No. {{ trim(a) }}')).toBe('text');
    expect(modeOf(field, '{{ round(a, 0) }}')).toBe('formula');
    expect(modeOf({ kind: 'expression', fixed: false }, 'a > 1')).toBe('formula');
    expect(modeOf({ kind: 'text', fixed: true }, '{{ a }}')).toBe('literal');
  });
});

describe('a value as a formula', () => {
  it('gives the same', () => {
    expect(toFormula('{{ trim(a) }}')).toBe('trim(a)');
    expect(toFormula('No. {{ a.b }} of `x`')).toBe('`No. ${a.b} of ``x```');
    expect(toFormula('plain "x"')).toBe('"plain \\"x\\""');
    expect(toFormula({ a: 1, 'b c': ['{{ x }}', null] })).toBe('#{ a: 1, "b c": [x, ()] }');
    expect(toFormula(undefined)).toBe('');
    expect(toFormula(true)).toBe('true');
  });
  it('comes back as plainly as it can be said', () => {
    for (const value of ['plain "x"', 12.5, false, '{{ a.b }}', '{{ trim(a) }}'])
      expect(fromFormula(toFormula(value))).toBe(value);
    expect(fromFormula('  ')).toBeUndefined();
    expect(fromFormula('[1]')).toBe('{{ [1] }}');
  });
});
