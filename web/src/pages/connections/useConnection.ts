import { useQuery } from '@tanstack/react-query';
import { http, type Problem } from '@/api/client';
import { type Tagged, tagged } from '@/api/tagged';
import type { Connection } from './health';

/** A connection with its ETag. */
export function useConnection(name: string) {
  return useQuery<Tagged<Connection>, Problem>({
    // The path stands second, as in all queries, so that news of connections reach it.
    queryKey: ['get', '/api/v1/connections/{name}', { name }, 'tagged'],
    queryFn: ({ signal }) =>
      tagged(http.GET('/api/v1/connections/{name}', { params: { path: { name } }, signal })),
  });
}
