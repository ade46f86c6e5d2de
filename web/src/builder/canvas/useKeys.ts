/** The canvas by keyboard. */
import { type ClipboardEvent, type KeyboardEvent, useMemo } from 'react';
import { parseRef } from '@/flow/exits';
import type { Layout, Place } from '@/flow/layout';
import { type Direction, neighbour } from '@/flow/neighbours';
import { openExit, placeAfter } from '@/flow/place';
import { type FlowDocument, TRIGGER } from '@/flow/types';
import type { FlowActions } from '../edit/actions';

const ARROWS: Record<string, Direction> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
};

/** What the builder does for the canvas. */
export interface CanvasEditing {
  actions: FlowActions;
  onInsert: (place: Place) => void;
  /** Opens the choice of what starts the flow. */
  onTrigger: () => void;
  /** Moves the focus into the panel. */
  onOpen: () => void;
  onUndo: () => void;
  onRedo: () => void;
}

interface Given {
  document: FlowDocument;
  layout: Layout;
  marked: ReadonlySet<string>;
  mark: (ids: Iterable<string>) => void;
  focus: (id: string) => void;
  edit?: CanvasEditing;
}

export function useKeys({ document, layout, marked, mark, focus, edit }: Given) {
  return useMemo(() => {
    const current = [...marked].at(-1) ?? null;
    const steps = new Set([...marked].filter((id) => id !== TRIGGER));
    const go = (direction: Direction) => {
      const next = current ? neighbour(layout, current, direction) : TRIGGER;
      if (!next) return;
      mark([next]);
      focus(next);
    };
    const insert = () => edit?.onInsert(placeFor(document, current));

    const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
      if (isTyping(event.target) || event.altKey) return;
      const arrow = ARROWS[event.key];
      const command = event.ctrlKey || event.metaKey;
      const key = event.key.toLowerCase();
      if (arrow && !command) go(arrow);
      else if (event.key === 'Escape' && marked.size > 0) mark([]);
      else if (!edit) return;
      else if (command && key === 'a') mark(layout.cards.map(({ id }) => id).filter((id) => id !== TRIGGER));
      else if (command && key === 'z') event.shiftKey ? edit.onRedo() : edit.onUndo();
      else if (command && key === 'y') edit.onRedo();
      else if (command && key === 'd' && current) edit.actions.duplicate(current);
      else if (command) return;
      else if (event.key === 'Enter' && isCard(event.target)) current ? edit.onOpen() : go('down');
      else if (event.key === 'Delete' || event.key === 'Backspace') edit.actions.remove([...steps]);
      else if (event.key === '/' || event.key === '+') insert();
      else return;
      event.preventDefault();
      event.stopPropagation();
    };

    const carry = (event: ClipboardEvent, text: string | undefined) => {
      if (!text) return;
      event.clipboardData.setData('text/plain', text);
      event.preventDefault();
    };
    return {
      onKeyDown,
      onCopy: (event: ClipboardEvent) => !isTyping(event.target) && carry(event, edit?.actions.copy(steps)),
      onCut: (event: ClipboardEvent) => !isTyping(event.target) && carry(event, edit?.actions.cut(steps)),
      onPaste: (event: ClipboardEvent) => {
        if (isTyping(event.target) || !edit) return;
        if (edit.actions.paste(event.clipboardData.getData('text/plain'), current)) event.preventDefault();
      },
    };
  }, [document, layout, marked, mark, focus, edit]);
}

/** After what is selected: by its first open exit, or between it and what follows. */
export function placeFor(document: FlowDocument, current: string | null): Place {
  const at = current ?? document.steps.at(-1)?.id ?? TRIGGER;
  const open = openExit(document, at);
  const place = placeAfter(document, at, open ? parseRef(open).port : undefined);
  return place ?? placeAfter(document, TRIGGER) ?? { loop: null, from: [], to: [] };
}

const isTyping = (target: EventTarget): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** Enter on a button presses it. */
const isCard = (target: EventTarget): boolean =>
  target instanceof HTMLElement && target.tagName !== 'BUTTON' && target.tagName !== 'A';
