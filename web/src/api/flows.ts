/** Flows as pages that are about something else read them. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { FlowDocument } from '@/flow/types';
import { api, http, must, type Schemas } from './client';

export type Flow = Schemas['Flow'];
export type FlowStats = Schemas['FlowStats'];

/** The API's types know a document only as some object. */
export const asDocument = (answer: unknown) => answer as FlowDocument;
export const asBody = (document: FlowDocument) => document as unknown as Record<string, never>;

/** To choose from, and to call them by their names. */
export const useFlows = () =>
  api.useQuery(
    'get',
    '/api/v1/flows',
    { params: { query: { limit: 200 } } },
    { staleTime: 60_000, select: (answer) => answer.flows },
  );

/** The newest published version of a flow. */
export function usePublished(): (slug: string) => number | undefined {
  const flows = useFlows();
  return (slug) => flows.data?.find((flow) => flow.slug === slug)?.published ?? undefined;
}

/** `slug` -> the flow's name; the slug itself where it is not known (archived, or gone). */
export function useFlowNames(): (slug: string) => string {
  const { data } = useFlows();
  const names = useMemo(() => new Map(data?.map((flow) => [flow.slug, flow.name])), [data]);
  return useCallback((slug) => names.get(slug) ?? slug, [names]);
}

export const useFlow = (slug: string) =>
  api.useQuery('get', '/api/v1/flows/{slug}', { params: { path: { slug } } });

const bySlug = (answer: Schemas['FlowStatsList']) => new Map(answer.flows.map((flow) => [flow.slug, flow]));

/** By slug. */
export const useFlowStats = (slugs: string[], days: number) =>
  api.useQuery(
    'get',
    '/api/v1/flow-stats',
    { params: { query: { days, slug: slugs } } },
    { enabled: slugs.length > 0, placeholderData: keepPreviousData, select: bySlug },
  );

/** What publishing would say of the draft as it is in this revision. */
export const useDraftFaults = (slug: string, revision: number) =>
  useQuery({
    queryKey: ['get', '/api/v1/flows/{slug}/draft/faults', slug, revision],
    queryFn: async ({ signal }) => {
      const path = { params: { path: { slug } }, signal };
      return (await must(http.GET('/api/v1/flows/{slug}/draft/faults', path))).faults;
    },
  });
