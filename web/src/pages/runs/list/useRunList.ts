/** The run list, page by page. */
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { http, must, type Schemas } from '@/api/client';
import type { paths } from '@/api/schema.gen';
import { type Address, filterPart, toFilter } from './filter';
import { joined } from './held';
import { useFresh } from './useFresh';

/** `null` is how the filter's body says that a field is not set; absent here. */
type ListQuery = NonNullable<paths['/api/v1/runs']['get']['parameters']['query']>;

export function useRunList(address: Address) {
  const filter = useMemo(() => filterPart(address), [address]);
  const query = useInfiniteQuery({
    queryKey: ['run-list', filter],
    queryFn: ({ pageParam, signal }) =>
      must(
        http.GET('/api/v1/runs', {
          params: { query: { ...toFilter(filter), cursor: pageParam, limit: 50 } as ListQuery },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: Schemas['RunList']) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const { refetch, data } = query;
  useFresh(refetch, { kinds: ['runs', 'dead_letters'], flow: filter.flow, pages: data?.pages.length });
  const runs = useMemo(() => joined(data?.pages ?? []), [data]);
  return { ...query, runs };
}
