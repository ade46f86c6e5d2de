/** How the server itself is doing, and how much waits for people. */
import { api } from './client';

export const useStatus = (everyMs = 60_000) =>
  api.useQuery('get', '/api/v1/status', {}, { refetchInterval: everyMs });
