// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Rhai has templates of its own
import { describe, expect, it } from 'vitest';
import { pieces, wholeHole } from './holes';

const hole = (code: string, from: number, to: number) => ({ code, from, to });

describe('holes', () => {
  it('are found whatever stands in them', () => {
    expect(pieces('a {{ b }} c')).toEqual([{ text: 'a ' }, hole(' b ', 2, 9), { text: ' c' }]);
    expect(pieces('{{x}}{{y}}')).toEqual([hole('x', 0, 5), hole('y', 5, 10)]);
    expect(pieces('{{ "}}" }}')).toEqual([hole(' "}}" ', 0, 10)]);
    expect(pieces('{{#{a: #{b: 1}}}}')).toEqual([hole('#{a: #{b: 1}}', 0, 17)]);
    expect(pieces('{{ `a ${ "}}" } }}` }}')).toEqual([hole(' `a ${ "}}" } }}` ', 0, 22)]);
    expect(pieces('{{ a /* }} */ }}')).toEqual([hole(' a /* }} */ ', 0, 16)]);
  });
  it('leave other braces alone', () => {
    expect(pieces('} }} { x')).toEqual([{ text: '} }} { x' }]);
    expect(pieces('\\{{ x }}')).toEqual([{ text: '\\{{ x }}' }]);
    expect(pieces('ok {{ "}}')).toEqual([{ text: 'ok {{ "}}' }]);
    expect(pieces('')).toEqual([]);
  });
  it('tell one hole from text with holes', () => {
    expect(wholeHole('{{ a.b }}')).toBe('a.b');
    expect(wholeHole('{{ #{ a: 1 } }}')).toBe('#{ a: 1 }');
    for (const mixed of ['{{ a }} ', ' {{ a }}', '{{ a }}-{{ b }}', '{{ a', 'a', 5, null])
      expect(wholeHole(mixed)).toBeUndefined();
  });
});
