import { api } from '@/api/client';
import type { Period } from './reckon';

/** Days begin at midnight where the reader is. */
const timezone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

export function useOverview(days: Period) {
  return api.useQuery(
    'get',
    '/api/v1/overview',
    { params: { query: { days, timezone: timezone() } } },
    // Runs tell of themselves; time goes on without them.
    { refetchInterval: 60_000, placeholderData: (before) => before },
  );
}
