/** The run list, page by page, kept fresh without asking more often than it can be answered. */
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { http, must, type Schemas } from '@/api/client';
import { useListChanges } from '@/api/live';
import { type Address, filterPart, toFilter } from './filter';
import { joined } from './held';

/** Changes are told twice a second; a list is read again at most this often, and less often where many pages are open. */
const PAUSE_MS = 1200;
const MOST_PAUSE_MS = 10_000;

export function useRunList(address: Address) {
  const filter = useMemo(() => filterPart(address), [address]);
  const query = useInfiniteQuery({
    queryKey: ['run-list', filter],
    queryFn: ({ pageParam, signal }) =>
      must(
        http.GET('/api/v1/runs', {
          params: { query: { ...toFilter(filter), cursor: pageParam, limit: 50 } as object },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: Schemas['RunList']) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

  const { refetch, data } = query;
  const pages = data?.pages.length ?? 1;
  const due = useRef<ReturnType<typeof setTimeout>>(undefined);
  useListChanges(
    useCallback(
      (change) => {
        if (change.kind !== 'runs' && change.kind !== 'dead_letters') return;
        if (filter.flow && change.flows && !change.flows.includes(filter.flow)) return;
        if (due.current !== undefined) return;
        due.current = setTimeout(
          () => {
            due.current = undefined;
            void refetch({ cancelRefetch: false });
          },
          Math.min(PAUSE_MS * pages, MOST_PAUSE_MS),
        );
      },
      [filter.flow, pages, refetch],
    ),
  );
  useEffect(() => () => clearTimeout(due.current), []);

  const runs = useMemo(() => joined(data?.pages ?? []), [data]);
  return { ...query, runs };
}
