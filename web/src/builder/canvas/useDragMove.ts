/** Moving a card by dropping it on a `+`. Only a picture of it moves meanwhile: nothing is drawn anew. */
import { useReactFlow } from '@xyflow/react';
import { type RefObject, useEffect } from 'react';
import type { Layout, Place } from '@/flow/layout';
import { canMove, groupOf } from '@/flow/remove';
import type { FlowDocument } from '@/flow/types';
import { TRIGGER } from '@/flow/types';

const BEGINS = 6;
const REACH = 110;
const EDGE = 48;

interface Given {
  root: RefObject<HTMLElement | null>;
  document: FlowDocument;
  layout: Layout;
  /** Absent: nothing can be moved. */
  onMove?: (id: string, place: Place) => void;
}

export function useDragMove({ root, document, layout, onMove }: Given) {
  const { getViewport, setViewport } = useReactFlow();
  useEffect(() => {
    const section = root.current;
    if (!section || !onMove) return;
    let end: (() => void) | undefined;
    const down = (event: PointerEvent) => {
      const card = (event.target as Element).closest<HTMLElement>('.react-flow__node-card');
      const id = card?.dataset.id;
      if (
        !card ||
        !id ||
        id === TRIGGER ||
        event.button !== 0 ||
        event.shiftKey ||
        event.pointerType === 'touch'
      )
        return;
      end = drag(event, card, id);
    };

    const drag = (first: PointerEvent, card: HTMLElement, id: string) => {
      let ghost: HTMLElement | undefined;
      let near: { element: Element; place: Place } | undefined;
      let frame = 0;
      let at = { x: first.clientX, y: first.clientY };
      const places = () =>
        layout.wires.flatMap((wire) => {
          const element = section.querySelector(`[data-plus="${CSS.escape(wire.id)}"]`);
          const fits = element && wire.place && canMove(document, id, wire.place);
          if (element) (element as HTMLElement).dataset.barred = fits ? '' : 'true';
          return fits && wire.place ? [{ element, place: wire.place, at: wire.at }] : [];
        });
      let open: ReturnType<typeof places> = [];

      const begin = () => {
        ghost = card.cloneNode(true) as HTMLElement;
        ghost.removeAttribute('data-id');
        ghost.setAttribute('aria-hidden', 'true');
        ghost.classList.remove('react-flow__node');
        Object.assign(ghost.style, {
          position: 'fixed',
          left: '0',
          top: '0',
          margin: '0',
          zIndex: '1000',
          pointerEvents: 'none',
          transformOrigin: '0 0',
          opacity: '0.9',
        });
        section.append(ghost);
        section.dataset.dragging = 'true';
        for (const one of groupOf(document, id)) {
          section
            .querySelector(`.react-flow__node-card[data-id="${CSS.escape(one)}"]`)
            ?.setAttribute('data-moving', '');
        }
        open = places();
        frame = requestAnimationFrame(tick);
      };

      /** Each frame: the picture, the nearest place, and the canvas itself near its borders. */
      const tick = () => {
        const box = section.getBoundingClientRect();
        const view = getViewport();
        const shift = {
          x: at.x < box.left + EDGE ? 12 : at.x > box.right - EDGE ? -12 : 0,
          y: at.y < box.top + EDGE ? 12 : at.y > box.bottom - EDGE ? -12 : 0,
        };
        if (shift.x || shift.y) void setViewport({ ...view, x: view.x + shift.x, y: view.y + shift.y });
        if (ghost) {
          // Beside the pointer, so that the place below it is seen.
          ghost.style.transform = `translate(${at.x + 14}px,${at.y + 10}px) scale(${view.zoom * 0.9})`;
        }
        let best = REACH;
        let found: typeof near;
        for (const one of open) {
          const x = one.at.x * view.zoom + view.x + box.left;
          const y = one.at.y * view.zoom + view.y + box.top;
          const distance = Math.hypot(x - at.x, y - at.y);
          if (distance < best) {
            best = distance;
            found = one;
          }
        }
        if (found?.element !== near?.element) {
          near?.element.removeAttribute('data-near');
          found?.element.setAttribute('data-near', '');
          near = found;
        }
        frame = requestAnimationFrame(tick);
      };

      const move = (event: PointerEvent) => {
        at = { x: event.clientX, y: event.clientY };
        if (!ghost && Math.hypot(at.x - first.clientX, at.y - first.clientY) > BEGINS) begin();
      };
      const stop = () => {
        cancelAnimationFrame(frame);
        ghost?.remove();
        delete section.dataset.dragging;
        near?.element.removeAttribute('data-near');
        for (const one of section.querySelectorAll('[data-moving]')) one.removeAttribute('data-moving');
        for (const one of section.querySelectorAll<HTMLElement>('[data-barred]')) delete one.dataset.barred;
        window.removeEventListener('pointermove', move);
        window.removeEventListener('pointerup', up);
        window.removeEventListener('pointercancel', stop);
        window.removeEventListener('keydown', key, true);
        end = undefined;
      };
      const up = () => {
        const place = near?.place;
        const moved = ghost !== undefined;
        stop();
        // The click that ends a move selects nothing.
        if (moved) {
          const swallow = (click: Event) => click.stopPropagation();
          window.addEventListener('click', swallow, { capture: true, once: true });
          setTimeout(() => window.removeEventListener('click', swallow, true), 50);
        }
        if (place) onMove(id, place);
      };
      const key = (event: KeyboardEvent) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        stop();
      };
      window.addEventListener('pointermove', move);
      window.addEventListener('pointerup', up);
      window.addEventListener('pointercancel', stop);
      window.addEventListener('keydown', key, true);
      return stop;
    };

    section.addEventListener('pointerdown', down);
    return () => {
      section.removeEventListener('pointerdown', down);
      end?.();
    };
  }, [root, document, layout, onMove, getViewport, setViewport]);
}
