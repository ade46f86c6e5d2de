import { describe, expect, it } from 'vitest';
import { type Box, layoutFlow } from './layout';
import { flow, script, shippedFlows } from './testing';
import type { Step } from './types';
import { walkSteps } from './walk';

const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

describe('the layout', () => {
  it('puts steps below each other in a straight line', () => {
    const { cards, wires } = layoutFlow(flow(script('a'), script('b', 'a')));
    expect(cards.map(({ id }) => id)).toEqual(['trigger', 'a', 'b']);
    expect(new Set(cards.map(({ x }) => x)).size).toBe(1);
    expect(cards.map(({ y }) => y)).toEqual(cards.map(({ y }) => y).toSorted((a, b) => a - b));
    expect(wires.map(({ from, to }) => [from, to])).toEqual([
      [null, 'a'],
      ['a', 'b'],
      ['b', undefined],
    ]);
  });

  it('gives each way of a branch a column, in the order of its cases', () => {
    const branch: Step = {
      id: 'size',
      use: 'branch',
      with: {
        cases: [
          { port: 'large', when: 'true' },
          { port: 'odd', when: 'true' },
        ],
        otherwise: 'normal',
      },
    };
    const { cards, wires } = layoutFlow(flow(branch, script('n', 'size.normal'), script('l', 'size.large')));
    const x = (id: string) => cards.find((card) => card.id === id)?.x ?? Number.NaN;
    const open = wires.find((wire) => wire.port === 'odd');
    expect(x('l')).toBeLessThan(x('n'));
    expect(open?.place).toEqual({ loop: null, from: ['size.odd'], to: [] });
    expect(open?.at.x).toBeGreaterThan(x('l'));
    expect(open?.at.x).toBeLessThan(x('n') + 264);
  });

  it('shows where ways meet, and offers a place after all of them', () => {
    const { meetings, wires } = layoutFlow(
      flow(script('a'), script('b'), { ...script('c', 'a', 'b.error'), join: 'any' }),
    );
    expect(meetings).toMatchObject([{ id: 'c', join: 'any' }]);
    expect(wires.find((wire) => wire.id === '/meet>c')?.place).toEqual({
      loop: null,
      from: ['a', 'b.error'],
      to: ['c'],
    });
    expect(wires.filter((wire) => wire.error).map(({ from }) => from)).toEqual(['b.error']);
  });

  it('frames the body of a loop, and offers a place in an empty one', () => {
    const loop: Step = { id: 'each', use: 'for_each', with: { items: '{{ [1] }}', body: [script('in')] } };
    const empty: Step = { id: 'none', use: 'for_each', with: { items: '{{ [1] }}' }, after: ['each'] };
    const { cards, frames, wires } = layoutFlow(flow(loop, empty));
    const frame = frames.find(({ id }) => id === 'each') as Box;
    const inside = cards.find(({ id }) => id === 'in') as Box;
    expect(inside.x).toBeGreaterThan(frame.x);
    expect(inside.y + inside.height).toBeLessThan(frame.y + frame.height);
    expect(wires.find((wire) => wire.loop === 'none')?.place).toEqual({ loop: 'none', from: [], to: [] });
  });

  it('survives steps that go round in a circle, and sources that are not there', () => {
    const { cards } = layoutFlow(
      flow(script('a', 'b'), script('b', 'a'), script('c', 'gone'), script('d', 'd')),
    );
    expect(cards.map(({ id }) => id).toSorted()).toEqual(['a', 'b', 'c', 'd', 'trigger']);
    expect(cards.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
  });

  it.each(shippedFlows())('leaves nothing of %s over something else', (_, document) => {
    const { cards, frames } = layoutFlow(document);
    expect(cards).toHaveLength([...walkSteps(document)].length + 1);
    for (const [index, card] of cards.entries()) {
      for (const other of cards.slice(index + 1)) {
        expect(overlap(card, other), `${card.id} and ${other.id}`).toBe(false);
      }
      for (const frame of frames.filter((one) => one.depth >= card.depth && one.id !== card.id)) {
        expect(overlap(card, frame), `${card.id} and the frame of ${frame.id}`).toBe(card.loop === frame.id);
      }
    }
  });
});
