/** Connections, for what makes use of them. */
import { api, type Schemas } from './client';

export type Connection = Schemas['Connection'];

export const useConnections = () =>
  api.useQuery(
    'get',
    '/api/v1/connections',
    { params: { query: { limit: 200 } } },
    { select: (answer) => answer.connections },
  );

/** Queries that show connections. */
export const isAboutConnections = (query: { queryKey: readonly unknown[] }) =>
  String(query.queryKey[1] ?? '').startsWith('/api/v1/connections');
