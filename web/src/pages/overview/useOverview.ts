import { useQuery } from '@tanstack/react-query';
import { http, type Problem } from '@/api/client';
import type { Period } from './reckon';
import type { Overview } from './types';

// Not in the generated client yet.
const get = http.GET as unknown as (
  path: string,
  init: object,
) => Promise<{ data?: Overview; error?: Problem; response: Response }>;

/** Days begin at midnight where the reader is. */
const timezone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** `null` where this server counts no runs. */
export function useOverview(days: Period) {
  const query = { days, timezone: timezone() };
  return useQuery({
    queryKey: ['get', '/api/v1/overview', { params: { query } }],
    queryFn: async ({ signal }) => {
      const { data, error, response } = await get('/api/v1/overview', { params: { query }, signal });
      if (response.status === 404) return null;
      if (error !== undefined) throw error;
      return data as Overview;
    },
    // Runs tell of themselves; time goes on without them.
    refetchInterval: 60_000,
    placeholderData: (before) => before,
  });
}
