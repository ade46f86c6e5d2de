/** Approvals as lists, and deciding one: it leaves the list at once, and comes back where that was refused. */
import {
  type InfiniteData,
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { useEffect } from 'react';
import { http, must, type Schemas } from '@/api/client';
import { refused } from '@/components/notify';
import { newKey } from '@/lib/key';
import { useFresh } from '../runs/list/useFresh';
import type { Approval } from './decide';

type List = Schemas['ApprovalList'];
const KEY = 'approval-list';
export const DECIDED = ['approved', 'rejected', 'timed_out', 'closed'] as const;
export type Decided = (typeof DECIDED)[number];

function useList(what: string, query: Record<string, unknown>, enabled = true) {
  const list = useInfiniteQuery({
    queryKey: [KEY, what, query],
    queryFn: ({ pageParam, signal }) =>
      must(
        http.GET('/api/v1/approvals', {
          params: { query: { ...query, cursor: pageParam, limit: 100 } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: List) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    enabled,
  });
  const { data, refetch } = list;
  useFresh(refetch, { kinds: ['approvals'], pages: data?.pages.length });
  return { ...list, approvals: data?.pages.flatMap((page) => page.approvals) ?? [] };
}

/** A page of what one may decide can be short, even empty, while more follow: go on to the end. */
function useToTheEnd({ hasNextPage, isFetching, isError, fetchNextPage }: ReturnType<typeof useList>) {
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [hasNextPage, isFetching, isError, fetchNextPage]);
}

/** Open approvals: those that are for whoever looks, and all. */
export function useOpen() {
  const mine = useList('mine', { status: 'open', may_decide: 'me' });
  const all = useList('all', { status: 'open' });
  useToTheEnd(mine);
  const ids = new Set(mine.approvals.map(({ id }) => id));
  return { mine, all, others: mine.isSuccess ? all.approvals.filter(({ id }) => !ids.has(id)) : [] };
}

export function useDecided(status: Decided | undefined) {
  const list = useList('decided', { status });
  return { ...list, approvals: list.approvals.filter((one) => one.status !== 'open') };
}

export interface Decision {
  approval: Approval;
  approved: boolean;
  comment: string;
}

export function useDecide() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ approval, approved, comment }: Decision) =>
      must(
        http.POST('/api/v1/approvals/{approval}/decide', {
          params: { path: { approval: approval.id }, header: { 'Idempotency-Key': newKey() } },
          body: { approved, comment: comment.trim() || null },
        }),
      ),
    onMutate: async ({ approval }) => {
      await client.cancelQueries({ queryKey: [KEY] });
      const before = client.getQueriesData<InfiniteData<List>>({ queryKey: [KEY] });
      client.setQueriesData<InfiniteData<List>>(
        { queryKey: [KEY] },
        (list) =>
          list && {
            ...list,
            pages: list.pages.map((page) => ({
              ...page,
              approvals: page.approvals.filter(({ id, status }) => id !== approval.id || status !== 'open'),
            })),
          },
      );
      return { before };
    },
    onError: (problem, _, kept) => {
      for (const [key, data] of kept?.before ?? []) client.setQueryData(key, data);
      refused(problem);
    },
    onSettled: () => client.invalidateQueries({ queryKey: [KEY] }),
  });
}
