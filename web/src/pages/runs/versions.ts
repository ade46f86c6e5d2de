/** Published versions of flows, for runs of them. */
import { useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { http, must } from '@/api/client';
import { asDocument } from '@/api/flows';
import type { Step } from '@/flow/types';
import { walkSteps } from '@/flow/walk';

interface VersionKey {
  slug: string;
  version: number;
}

/** Published versions never change. */
const versionQuery = ({ slug, version }: VersionKey) => ({
  queryKey: ['flow-version', slug, version],
  queryFn: async () =>
    asDocument(
      await must(
        http.GET('/api/v1/flows/{slug}/versions/{version}', { params: { path: { slug, version } } }),
      ),
    ),
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
});

export const useFlowVersion = (key: VersionKey | undefined) =>
  useQuery({ ...versionQuery(key ?? { slug: '', version: 0 }), enabled: key !== undefined });

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
