/** What flows, steps and systems are called, for lists that know only their ids. */
import { useQueries, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { api, http, must } from '@/api/client';
import { wordsOf } from '@/builder/canvas/nodes';
import { connectorOf, useTitles } from '@/builder/canvas/titles';
import type { FlowDocument, Step } from '@/flow/types';
import { walkSteps } from '@/flow/walk';
import { say } from '@/i18n';

export interface VersionKey {
  slug: string;
  version: number;
}

const useFlows = () =>
  api.useQuery('get', '/api/v1/flows', { params: { query: { limit: 200 } } }, { staleTime: 60_000 });

/** The newest published version of a flow. */
export function usePublished(): (slug: string) => number | undefined {
  const flows = useFlows();
  return (slug) => flows.data?.flows.find((flow) => flow.slug === slug)?.published ?? undefined;
}

/** `slug` -> the flow's name; the slug itself where it is not known (archived, or gone). */
export function useFlowNames(): (slug: string) => string {
  const flows = useFlows();
  const names = useMemo(
    () => new Map((flows.data?.flows ?? []).map((flow) => [flow.slug, flow.name])),
    [flows.data],
  );
  return useCallback((slug) => names.get(slug) ?? slug, [names]);
}

/** The title of the connector that a step's `use` belongs to; absent for step kinds and plain HTTP. */
export function useSystemNames(): (use: string | undefined) => string | undefined {
  const titles = useTitles();
  return useCallback(
    (use) => {
      const connector = use && connectorOf(use);
      return connector && connector !== 'http' ? say(titles.system(connector)) || undefined : undefined;
    },
    [titles],
  );
}

/** What a step is called: by its author, or by what it does. */
export function useStepTitle(): (step: Pick<Step, 'id' | 'use'> & { name?: string | null }) => string {
  const titles = useTitles();
  return useCallback((step) => step.name || wordsOf(step.use, 'step', titles).title || step.id, [titles]);
}

/** Published versions never change. */
const versionQuery = ({ slug, version }: VersionKey) => ({
  queryKey: ['flow-version', slug, version],
  queryFn: async () =>
    (await must(
      http.GET('/api/v1/flows/{slug}/versions/{version}', { params: { path: { slug, version } } }),
    )) as unknown as FlowDocument,
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
});

export const useFlowVersion = (key: VersionKey | undefined) =>
  useQuery({ ...versionQuery(key ?? { slug: '', version: 0 }), enabled: key !== undefined });

/** The steps of a flow as it is published, by their titles; empty until they are known. */
export function useStepsOf(slug: string | undefined): { id: string; title: string }[] {
  const published = usePublished();
  const version = slug ? published(slug) : undefined;
  const { data } = useFlowVersion(slug && version ? { slug, version } : undefined);
  const titleOf = useStepTitle();
  return data ? [...walkSteps(data)].map(({ step }) => ({ id: step.id, title: titleOf(step) })) : [];
}

export const keyOf = (slug: string, version: number | null | undefined) => `${slug}@${version ?? 'draft'}`;

/** The steps of several versions, to call them by their names. */
export function useSteps(
  keys: VersionKey[],
): (slug: string, version: number | null | undefined, id: string) => Step | undefined {
  const wanted = useMemo(
    () => [...new Map(keys.map((key) => [keyOf(key.slug, key.version), key])).values()],
    [keys],
  );
  const known = useQueries({
    queries: wanted.map(versionQuery),
    combine: (results) =>
      new Map(
        results.flatMap(({ data }, index) => {
          const key = wanted[index];
          return data && key
            ? [[keyOf(key.slug, key.version), [...walkSteps(data)].map(({ step }) => step)] as const]
            : [];
        }),
      ),
  });
  return (slug, version, id) => known.get(keyOf(slug, version))?.find((step) => step.id === id);
}
