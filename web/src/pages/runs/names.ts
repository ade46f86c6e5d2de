/** What flows, steps and systems are called, for lists that know only their ids. */
import { useQueries, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { api, http, must } from '@/api/client';
import type { FlowDocument, Step } from '@/flow/types';
import { say } from '@/i18n';

export interface VersionKey {
  slug: string;
  version: number;
}

/** `slug` -> the flow's name; the slug itself where it is not known (archived, or gone). */
export function useFlowNames(): (slug: string) => string {
  const flows = api.useQuery(
    'get',
    '/api/v1/flows',
    { params: { query: { limit: 200 } } },
    { staleTime: 60_000 },
  );
  const names = useMemo(
    () => new Map((flows.data?.flows ?? []).map((flow) => [flow.slug, flow.name])),
    [flows.data],
  );
  return useCallback((slug) => names.get(slug) ?? slug, [names]);
}

/** The title of the connector that a step's `use` belongs to; absent for step kinds and plain HTTP. */
export function useSystemNames(): (use: string | undefined) => string | undefined {
  const connectors = api.useQuery('get', '/api/v1/connectors', {}, { staleTime: 300_000 });
  const titles = useMemo(
    () => new Map((connectors.data?.connectors ?? []).map((one) => [one.name, one.title])),
    [connectors.data],
  );
  return useCallback(
    (use) => {
      const name = use?.includes('.') ? use.slice(0, use.indexOf('.')) : undefined;
      return name && name !== 'http' ? say(titles.get(name)) || undefined : undefined;
    },
    [titles],
  );
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

/** Every step of a document, those inside of loops too. */
export const allSteps = (steps: Step[]): Step[] =>
  steps.flatMap((step) => [step, ...allSteps((step.with?.body as Step[] | undefined) ?? [])]);

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
          return data && key ? [[keyOf(key.slug, key.version), allSteps(data.steps)] as const] : [];
        }),
      ),
  });
  return (slug, version, id) => known.get(keyOf(slug, version))?.find((step) => step.id === id);
}
