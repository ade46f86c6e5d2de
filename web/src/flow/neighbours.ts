/** Where the arrow keys lead from a card: up and down along the flow, sideways to what stands beside it. */
import { parseRef } from './exits';
import type { Card, Layout } from './layout';
import { TRIGGER } from './types';

export type Direction = 'up' | 'down' | 'left' | 'right';

export function neighbour(layout: Layout, id: string, direction: Direction): string | undefined {
  const card = layout.cards.find((one) => one.id === id);
  if (!card) return layout.cards[0]?.id;
  const ids =
    direction === 'up' ? above(layout, card) : direction === 'down' ? below(layout, card) : undefined;
  if (!ids) return beside(layout, card, direction);
  const cards = layout.cards.filter((one) => ids.includes(one.id));
  return cards.toSorted((a, b) => Math.abs(middle(a) - middle(card)) - Math.abs(middle(b) - middle(card)))[0]
    ?.id;
}

const middle = (card: Card) => card.x + card.width / 2;

function below(layout: Layout, card: Card): string[] {
  const targets = (keep: (from: string | null, loop: string | null) => boolean) =>
    layout.wires.flatMap((wire) =>
      wire.to && !wire.id.includes('/meet>') && keep(wire.from, wire.loop) ? [wire.to] : [],
    );
  if (card.id === TRIGGER && !card.step) return targets((from, loop) => from === null && loop === null);
  const inside = targets((from, loop) => from === null && loop === card.id);
  if (inside.length > 0) return inside;
  const next = targets((from) => from !== null && parseRef(from).id === card.id);
  if (next.length > 0 || card.loop === null) return next;
  // The last of a loop: on to what comes after the loop.
  for (let loop = card.loop; loop !== null; ) {
    const after = targets((from) => from !== null && parseRef(from).id === loop);
    if (after.length > 0) return after;
    loop = layout.cards.find((one) => one.id === loop)?.loop as string;
    if (!loop) break;
  }
  return [];
}

function above(layout: Layout, card: Card): string[] {
  const into = layout.wires.filter((wire) => wire.to === card.id && !wire.id.includes('/meet>'));
  const sources = into.flatMap((wire) => (wire.from === null ? [] : [parseRef(wire.from).id]));
  if (sources.length > 0) return sources;
  return card.step ? [card.loop ?? TRIGGER] : [];
}

function beside(layout: Layout, card: Card, direction: Direction): string | undefined {
  const sign = direction === 'left' ? -1 : 1;
  const centre = { x: middle(card), y: card.y + card.height / 2 };
  return layout.cards
    .map((one) => ({
      id: one.id,
      dx: (middle(one) - centre.x) * sign,
      dy: Math.abs(one.y + one.height / 2 - centre.y),
    }))
    .filter(({ dx, dy }) => dx > 20 && dy < 400)
    .toSorted((a, b) => a.dx + 3 * a.dy - (b.dx + 3 * b.dy))[0]?.id;
}
