/** One run, read once and kept up with as it goes; with the document that it runs on. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { api, http, must } from '@/api/client';
import { asDocument } from '@/api/flows';
import { useLiveRun } from '@/api/live';
import { isActive } from '../list/held';
import { useFlowVersion } from '../versions';
import { merged, misses, type RunView } from './merge';

/** What was too large for the stream is read at most this often. */
const PAUSE_MS = 1500;

export function useRun(run: string) {
  const read = api.useQuery('get', '/api/v1/runs/{run}', { params: { path: { run } } });
  const active = read.data !== undefined && isActive(read.data.status);
  // A finished run never changes, except that it is taken over or dismissed.
  const { live, progress, ended } = useLiveRun(active ? run : undefined);
  const view = useMemo(() => read.data && merged(read.data, live), [read.data, live]);
  const { refetch } = read;
  useEffect(() => {
    if (ended) void refetch();
  }, [ended, refetch]);
  const lacking = read.data !== undefined && misses(read.data, live);
  const readAt = read.dataUpdatedAt;
  useEffect(() => {
    if (!lacking) return;
    const timer = setTimeout(
      () => void refetch({ cancelRefetch: false }),
      Math.max(0, readAt + PAUSE_MS - Date.now()),
    );
    return () => clearTimeout(timer);
  }, [lacking, readAt, refetch]);
  return { view, progress, lacking, error: read.error, isPending: read.isPending, refetch };
}

/** The version that the run runs on; the draft as it stands for tests of a draft. */
export function useRunDocument(view: RunView | undefined) {
  const slug = view?.slug ?? '';
  const version = view?.version ?? undefined;
  const published = useFlowVersion(version ? { slug, version } : undefined);
  const draft = useQuery({
    queryKey: ['run-draft', slug, view?.id],
    queryFn: async () =>
      asDocument(await must(http.GET('/api/v1/flows/{slug}/draft', { params: { path: { slug } } }))),
    enabled: view !== undefined && version === undefined,
    retry: false,
  });
  return version ? published : draft;
}
