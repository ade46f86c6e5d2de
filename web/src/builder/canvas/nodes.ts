/** From the layout to what the canvas library draws; nodes that did not change stay the same objects. */
import type { Node } from '@xyflow/react';
import { useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useTitles, wordsOf } from '@/api/catalogue';
import type { Card, Frame, Layout } from '@/flow/layout';
import { summaryOf } from '@/flow/summary';
import { type Fault, type FlowDocument, type Step, type StepLook, TRIGGER } from '@/flow/types';
import type { CardData, CardNodeType } from './CardNode';
import type { FrameNodeType } from './FrameNode';

export type CanvasNode = CardNodeType | FrameNodeType;

interface Given {
  document: FlowDocument;
  layout: Layout;
  faults?: Fault[];
  looks?: Record<string, StepLook>;
  marked: ReadonlySet<string>;
  /** The one that the Tab key reaches. */
  current?: string | null;
  editable: boolean;
}

export function useCanvasNodes(given: Given): CanvasNode[] {
  const { document, layout, faults, looks, marked, current, editable } = given;
  const { t, i18n } = useTranslation();
  const titles = useTitles();
  const known = useRef(new Map<string, CanvasNode>());
  // biome-ignore lint/correctness/useExhaustiveDependencies: titles speak the language
  return useMemo(() => {
    const counts = faultCounts(faults ?? []);
    const stop = current ?? TRIGGER;
    const cards = layout.cards.map((card): CardNodeType => {
      const isTrigger = card.id === TRIGGER && !card.step;
      const of = isTrigger ? 'trigger' : 'step';
      const use = isTrigger ? document.trigger.use : (card.step?.use ?? '');
      const words = wordsOf(use, of, titles);
      const found = counts.get(card.id);
      const data: CardData = {
        use,
        of,
        title: card.step?.name || words.title || card.id,
        subtitle: isTrigger
          ? [t('builder.card.trigger'), words.system].filter(Boolean).join(' · ')
          : subtitleOf(card.step, words),
        note: card.step?.note,
        faults: found?.count ?? 0,
        broken: found?.broken ?? false,
        look: looks?.[card.id],
        marked: marked.has(card.id),
        editable,
      };
      return cardNode(card, data, card.id === stop, editable);
    });
    const next = [...layout.frames.map(frameNode), ...cards].map((node) => {
      const before = known.current.get(`${node.type} ${node.id}`);
      return before && isSame(before, node) ? before : node;
    });
    known.current = new Map(next.map((node) => [`${node.type} ${node.id}`, node]));
    return next;
  }, [document.trigger.use, layout, faults, looks, marked, current, editable, titles, t, i18n.language]);
}

const AWAY = { tabIndex: -1 };

function cardNode(card: Card, data: CardData, focusable: boolean, editable: boolean): CardNodeType {
  return {
    id: card.id,
    type: 'card',
    position: { x: card.x, y: card.y },
    width: card.width,
    height: card.height,
    zIndex: 1,
    focusable: true,
    // One card is reached by the Tab key, the others by the arrows and the mouse.
    domAttributes: focusable ? undefined : AWAY,
    selected: data.marked,
    // On a card, dragging moves the card; where nothing can be moved, it moves the canvas.
    className: editable ? 'nopan' : undefined,
    ariaLabel: `${data.title}, ${data.subtitle}`,
    data,
  };
}

function frameNode(frame: Frame): FrameNodeType {
  return {
    id: `frame ${frame.id}`,
    type: 'frame',
    position: { x: frame.x, y: frame.y },
    width: frame.width,
    height: frame.height,
    zIndex: 0,
    focusable: false,
    selectable: false,
    style: { pointerEvents: 'none' },
    data: {},
  };
}

/** Below its own name, what a step does; below what it does, in which system or about what. */
export function subtitleOf(step: Step | undefined, words: ReturnType<typeof wordsOf>): string {
  if (!step || step.name) return words.both;
  return words.system || summaryOf(step);
}

function faultCounts(faults: Fault[]) {
  const counts = new Map<string, { count: number; broken: boolean }>();
  for (const fault of faults) {
    const id = fault.step ?? (fault.pointer.startsWith('/trigger') ? TRIGGER : undefined);
    if (!id) continue;
    const found = counts.get(id) ?? { count: 0, broken: false };
    counts.set(id, { count: found.count + 1, broken: found.broken || fault.severity === 'error' });
  }
  return counts;
}

function isSame(a: Node, b: Node): boolean {
  return (
    a.position.x === b.position.x &&
    a.position.y === b.position.y &&
    a.width === b.width &&
    a.height === b.height &&
    a.domAttributes === b.domAttributes &&
    a.ariaLabel === b.ariaLabel &&
    isSameData(a.data, b.data)
  );
}

const isSameData = (a: Record<string, unknown>, b: Record<string, unknown>): boolean =>
  Object.keys(b).every((key) => a[key] === b[key] || JSON.stringify(a[key]) === JSON.stringify(b[key]));
