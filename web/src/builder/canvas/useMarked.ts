/** What is marked on the canvas: one step, which is also the selected one, or several. */
import type { NodeChange } from '@xyflow/react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { CanvasNode } from './nodes';

const EMPTY: ReadonlySet<string> = new Set();

export function useMarked(
  selected: string | null,
  onSelect: (id: string | null) => void,
  given?: readonly string[],
) {
  const [marked, setMarked] = useState<ReadonlySet<string>>(selected ? new Set([selected]) : EMPTY);
  // Changes of a moment come one after the other, before anything is drawn.
  const now = useRef(marked);
  now.current = marked;

  useEffect(() => {
    const only = now.current.size === 1 ? [...now.current][0] : undefined;
    if (selected !== null && only !== selected) setMarked(new Set([selected]));
    else if (selected === null && only !== undefined) setMarked(EMPTY);
  }, [selected]);

  useEffect(() => {
    if (given) setMarked(new Set(given));
  }, [given]);

  const mark = useCallback(
    (ids: Iterable<string>) => {
      const next = new Set(ids);
      now.current = next;
      setMarked(next);
      onSelect(next.size === 1 ? ([...next][0] as string) : null);
    },
    [onSelect],
  );

  /** Clicks and boxes, as the canvas library tells them. */
  const onNodesChange = useCallback(
    (changes: NodeChange<CanvasNode>[]) => {
      const next = new Set(now.current);
      let changed = false;
      for (const change of changes) {
        if (change.type !== 'select') continue;
        changed = true;
        if (change.selected) next.add(change.id);
        else next.delete(change.id);
      }
      if (changed) mark(next);
    },
    [mark],
  );
  return { marked, mark, onNodesChange };
}
