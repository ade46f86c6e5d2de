/** The dead letters: all of them as far as they can be grouped, so that counts are counts. */
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { http, must } from '@/api/client';
import { type Address, period } from '../list/filter';
import { useFresh } from '../list/useFresh';

export const STATES = ['open', 'replayed', 'dismissed'] as const;
export type State = (typeof STATES)[number];
export const stateOf = (address: Address): State => STATES.find((one) => one === address.state) ?? 'open';

const PAGE = 200;
/** So many pages come by themselves; more only when asked for. */
const PAGES_AT_ONCE = 5;

export function useLetters(address: Address) {
  const { flow, error_code, range, from, to } = address;
  const state = stateOf(address);
  const query = useInfiniteQuery({
    queryKey: ['letters', state, flow, error_code, range, from, to],
    queryFn: ({ pageParam, signal }) =>
      must(
        http.GET('/api/v1/dead-letters', {
          params: {
            query: {
              state,
              flow,
              error_code,
              ...period({ range, from, to }),
              cursor: pageParam,
              limit: PAGE,
            },
          },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const { data, hasNextPage, isFetching, isError, fetchNextPage, refetch } = query;
  const pages = data?.pages.length ?? 0;
  const goesOn = hasNextPage && pages < PAGES_AT_ONCE && !isError;
  useEffect(() => {
    if (goesOn && !isFetching) void fetchNextPage();
  }, [goesOn, isFetching, fetchNextPage]);
  useFresh(refetch, { kinds: ['dead_letters'], flow, pages });
  const letters = useMemo(() => {
    const all = data?.pages.flatMap((page) => page.dead_letters) ?? [];
    return [...new Map(all.map((letter) => [letter.id, letter])).values()];
  }, [data]);
  return { ...query, letters, state };
}
