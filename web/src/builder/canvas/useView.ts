/** What of the flow is in view. */
import { useReactFlow, useStoreApi } from '@xyflow/react';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef } from 'react';
import type { Layout } from '@/flow/layout';
import { TRIGGER } from '@/flow/types';

/** Smaller than this, cards cannot be worked with, and not be read. */
const WORKABLE = 0.7;
const READABLE = 0.5;
const MARGIN = 48;
/** At the right, where a card's tools stand. */
const ASIDE = 72;

export function useView(
  layout: Layout,
  selected: string | null,
  editable: boolean,
  /** What may lie over the canvas at the right. */
  beside?: RefObject<HTMLElement | null>,
) {
  const least = editable ? WORKABLE : READABLE;
  const { setViewport, getViewport } = useReactFlow();
  const store = useStoreApi();
  const now = useRef(layout);
  now.current = layout;

  /** All of it where that can be read; otherwise its beginning. */
  const whole = useCallback(() => {
    const { width, height } = store.getState();
    const { width: w, height: h, cards } = now.current;
    const fitting = Math.min((width - 2 * MARGIN) / w, (height - 2 * MARGIN) / h, 1);
    if (fitting >= least || !cards[0]) {
      const zoom = Math.max(fitting, 0.15);
      void setViewport({ x: (width - w * zoom) / 2, y: MARGIN - 8, zoom });
      return;
    }
    const zoom = Math.min(1, Math.max(least, (width - 2 * MARGIN) / w));
    const [first] = cards;
    const isWide = w * zoom > width - MARGIN;
    const middle = isWide ? first.x + first.width / 2 : w / 2;
    void setViewport({ x: width / 2 - middle * zoom, y: MARGIN - 8, zoom });
  }, [setViewport, store, least]);

  /** Moves as little as is needed for a card to be seen whole. */
  const show = useCallback(
    (id: string, smooth = true) => {
      const card = now.current.cards.find((one) => one.id === id);
      if (!card) return;
      const { width: all, height, domNode } = store.getState();
      const width = all - covered(domNode, beside?.current);
      const { x, y, zoom } = getViewport();
      const [left, top] = [card.x * zoom + x, card.y * zoom + y];
      const [right, bottom] = [left + card.width * zoom, top + card.height * zoom];
      // In a narrow place the card itself comes before what stands around it.
      const room = (width - card.width * zoom) / 2;
      const [before, after] = [Math.min(MARGIN, room), Math.min(ASIDE, room)];
      const dx = left < before ? before - left : right > width - after ? width - after - right : 0;
      const dy = top < MARGIN ? MARGIN - top : bottom > height - MARGIN ? height - MARGIN - bottom : 0;
      if (dx || dy) void setViewport({ x: x + dx, y: y + dy, zoom }, { duration: smooth ? 180 : 0 });
    },
    [getViewport, setViewport, store, beside],
  );

  const wanted = useRef(selected);
  wanted.current = selected;
  const begin = useCallback(() => {
    whole();
    if (wanted.current) show(wanted.current, false);
  }, [whole, show]);

  // What one looks at stays where it is when the rest moves aside.
  const last = useRef(layout);
  useLayoutEffect(() => {
    const before = last.current;
    last.current = layout;
    if (before === layout) return;
    const at = (from: Layout, id: string) => from.cards.find((card) => card.id === id);
    const anchor = [selected, TRIGGER].find((id) => id && at(before, id) && at(layout, id));
    const [was, is] = anchor ? [at(before, anchor), at(layout, anchor)] : [];
    if (!was || !is || (was.x === is.x && was.y === is.y)) return;
    const { x, y, zoom } = getViewport();
    void setViewport({ x: x + (was.x - is.x) * zoom, y: y + (was.y - is.y) * zoom, zoom });
  }, [layout, selected, getViewport, setViewport]);

  // After the panel beside it took its place.
  useEffect(() => {
    if (!selected) return;
    const timer = setTimeout(() => show(selected), 60);
    return () => clearTimeout(timer);
  }, [selected, show]);
  return { begin, show };
}

/** How much of the canvas a panel hides in a narrow window. */
function covered(canvas: HTMLElement | null, panel: HTMLElement | null | undefined): number {
  if (!canvas || !panel?.isConnected) return 0;
  return Math.max(0, canvas.getBoundingClientRect().right - panel.getBoundingClientRect().left);
}
