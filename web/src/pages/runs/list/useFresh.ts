/** Keeps a list that comes in pages fresh, without asking more often than it can be answered. */
import { useCallback, useEffect, useRef } from 'react';
import type { Schemas } from '@/api/client';
import { useListChanges } from '@/api/live';

/** Changes are told twice a second; a list is read again at most this often, and less often where many pages are open. */
const PAUSE_MS = 1200;
const MOST_PAUSE_MS = 10_000;

export function useFresh(
  refetch: (options: { cancelRefetch: boolean }) => unknown,
  { kinds, flow, pages = 1 }: { kinds: Schemas['ListKind'][]; flow?: string; pages?: number },
) {
  const due = useRef<ReturnType<typeof setTimeout>>(undefined);
  const told = kinds.join(' ');
  useListChanges(
    useCallback(
      (change) => {
        if (!told.split(' ').includes(change.kind)) return;
        if (flow && change.flows && !change.flows.includes(flow)) return;
        if (due.current !== undefined) return;
        due.current = setTimeout(
          () => {
            due.current = undefined;
            refetch({ cancelRefetch: false });
          },
          Math.min(PAUSE_MS * pages, MOST_PAUSE_MS),
        );
      },
      [told, flow, pages, refetch],
    ),
  );
  useEffect(
    () => () => {
      clearTimeout(due.current);
      due.current = undefined;
    },
    [],
  );
}
