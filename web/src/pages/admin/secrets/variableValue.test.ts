import { describe, expect, it } from 'vitest';
import { carry, kindOf, read, textOf } from './variableValue';

describe('a variable that is edited', () => {
  it.each([
    ['S01', 'text'],
    ['5', 'text'],
    [0.05, 'number'],
    [false, 'yesno'],
    [{ A: 1 }, 'json'],
    [['a'], 'json'],
    [null, 'json'],
  ])('keeps its type: %j', (value, kind) => {
    expect(kindOf(value)).toBe(kind);
    expect(read(kindOf(value), textOf(value))).toEqual({ value });
  });

  it('refuses what is not of its type', () => {
    expect(read('number', 'five')).toEqual({ fault: 'number' });
    expect(read('number', ' ')).toEqual({ fault: 'number' });
    expect(read('json', '{a: 1}')).toEqual({ fault: 'json' });
  });

  it('reads numbers as people write them', () => {
    expect(read('number', '1,000,000')).toEqual({ value: 1000000 });
  });

  it('carries over what was typed', () => {
    expect(carry('[1]', 'json')).toBe('[\n  1\n]');
    expect(carry('abc', 'json')).toBe('"abc"');
    expect(carry('true', 'yesno')).toBe('true');
    expect(carry('12', 'number')).toBe('12');
  });
});
