import { describe, expect, it } from 'vitest';
import type { MapSystem } from '../types';
import { placeSystems, SYSTEM } from './place';
import { routeOf, shiftsOf, spotsOf } from './route';

const system = (id: string, x?: number, y?: number): MapSystem => ({
  id,
  title: { en: id, 'zh-TW': id },
  connections: [],
  manual: false,
  x,
  y,
});
const at = (places: Map<string, { x: number; y: number }>, id: string) => {
  const place = places.get(id);
  if (!place) throw new Error(`${id} has no place`);
  return place;
};
const overlapping = (places: Map<string, { x: number; y: number }>) => {
  const all = [...places.values()];
  return all.some((a, index) =>
    all
      .slice(index + 1)
      .some((b) => Math.abs(a.x - b.x) < SYSTEM.width && Math.abs(a.y - b.y) < SYSTEM.height),
  );
};

describe('where systems stand', () => {
  it('follows most of the data from left to right', () => {
    const places = placeSystems(
      ['ledger', 'erp', 'shop'].map((id) => system(id)),
      [
        { from: 'shop', to: 'erp', runs: 900 },
        { from: 'erp', to: 'ledger', runs: 30 },
        { from: 'erp', to: 'shop', runs: 8 },
        { from: 'erp', to: 'gone' },
      ],
    );
    expect(at(places, 'shop').x).toBeLessThan(at(places, 'erp').x);
    expect(at(places, 'erp').x).toBeLessThan(at(places, 'ledger').x);
    expect(places.has('gone')).toBe(false);
  });

  it('puts what stands alone into rows below', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const places = placeSystems(
      ids.map((id) => system(id)),
      [{ from: 'a', to: 'b' }],
    );
    expect(at(places, 'c').y).toBeGreaterThan(at(places, 'b').y + SYSTEM.height);
    expect(at(places, 'd').y).toBe(at(places, 'c').y);
    expect(at(places, 'g').y).toBeGreaterThan(at(places, 'f').y);
    expect(overlapping(places)).toBe(false);
  });

  it('keeps what somebody placed, and puts what is new where there is room', () => {
    const links = [
      { from: 'a', to: 'b' },
      { from: 'a', to: 'c' },
    ];
    const auto = placeSystems(
      ['a', 'b', 'c'].map((id) => system(id)),
      links,
    );
    const c = at(auto, 'c');
    const places = placeSystems([system('a', 0, 0), system('b', c.x, c.y), system('c')], links);
    expect(at(places, 'b')).toEqual(c);
    expect(overlapping(places)).toBe(false);
  });

  it('moves nothing else where one is moved', () => {
    const links = [{ from: 'a', to: 'b' }];
    const before = placeSystems(
      ['a', 'b', 'c'].map((id) => system(id)),
      links,
    );
    const after = placeSystems([system('a'), system('b'), system('c', 2000, 900)], links);
    expect(at(after, 'a')).toEqual(at(before, 'a'));
    expect(at(after, 'b')).toEqual(at(before, 'b'));
  });

  it('is empty for no systems', () => {
    expect(placeSystems([], []).size).toBe(0);
  });
});

describe('lines', () => {
  const box = (x: number, y: number) => ({ x, y, width: 100, height: 40 });

  it('go out and in at the sides that face each other', () => {
    expect(routeOf(box(0, 0), box(300, 0), 0).path).toMatch(/^M100,20C.* 291,20$/);
    expect(routeOf(box(300, 0), box(0, 0), 0).path).toMatch(/^M300,20C.* 109,20$/);
    expect(routeOf(box(0, 0), box(20, 200), 0).path).toMatch(/^M50,40C.* 70,191$/);
    expect(routeOf(box(0, 200), box(0, 0), 0).arrow).toMatch(/^M50,40L/);
  });

  it('never leave beside the box', () => {
    expect(routeOf(box(0, 0), box(300, 0), 500).path).toMatch(/^M100,32C/);
  });

  it('stand apart where they join the same two, whatever the direction', () => {
    const shifts = shiftsOf([
      { id: '1', from: 'a', to: 'b' },
      { id: '2', from: 'b', to: 'a' },
      { id: '3', from: 'a', to: 'b' },
      { id: '4', from: 'a', to: 'c' },
    ]);
    expect(new Set([shifts.get('1'), shifts.get('2'), shifts.get('3')])).toEqual(new Set([-40, 0, 40]));
    expect(shifts.get('4')).toBe(0);
  });

  it('have labels that lie on nothing, also where lines cross', () => {
    const boxes = new Map([
      ['a', box(0, 0)],
      ['b', box(0, 200)],
      ['c', box(700, 0)],
      ['d', box(700, 200)],
    ]);
    const crossing = [
      { id: 'falls', from: 'a', to: 'd' },
      { id: 'rises', from: 'b', to: 'c' },
    ];
    const spots = spotsOf(crossing, boxes, shiftsOf(crossing));
    expect(spots.get('falls')).toBe(0.5);
    expect(spots.get('rises')).not.toBe(0.5);
  });
});
