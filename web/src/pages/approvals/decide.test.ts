import { describe, expect, it } from 'vitest';
import { type Approval, afterDecided, asked, byUrgency, moved } from './decide';

const one = (id: string, expires_at?: string) => ({ id, expires_at }) as Approval;
const list = [one('a'), one('b'), one('c')];

describe('the inbox', () => {
  it('puts first what ends first, and last what never ends', () => {
    const order = byUrgency([
      one('1'),
      one('2', '2026-03-06T00:00:00Z'),
      one('3', '2026-03-05T00:00:00Z'),
      one('0'),
    ]);
    expect(order.map(({ id }) => id)).toEqual(['3', '2', '0', '1']);
  });
});

describe('moving', () => {
  it('goes down and up, and stays within the list', () => {
    expect(moved(list, 'a', 1)).toBe('b');
    expect(moved(list, 'c', 1)).toBe('c');
    expect(moved(list, 'a', -1)).toBe('a');
  });
  it('begins at an end where nothing is chosen', () => {
    expect(moved(list, undefined, 1)).toBe('a');
    expect(moved(list, 'gone', -1)).toBe('c');
    expect(moved([], 'a', 1)).toBeUndefined();
  });
  it('goes on to the next when one is decided', () => {
    expect(afterDecided(list, 'b')).toBe('c');
    expect(afterDecided(list, 'c')).toBe('b');
    expect(afterDecided([one('a')], 'a')).toBeUndefined();
  });
});

describe('who is asked', () => {
  it('is a person, a role, or the holder of a link', () => {
    expect(asked('user:lin@example.com')).toEqual({ kind: 'user', name: 'lin@example.com' });
    expect(asked('role:operator')).toEqual({ kind: 'role', name: 'operator' });
    expect(asked('link:boss')).toEqual({ kind: 'link', name: 'boss' });
    expect(asked('lin@example.com')).toEqual({ kind: 'user', name: 'lin@example.com' });
  });
});
