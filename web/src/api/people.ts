/** Who may sign in. Editors are not told of everybody: for them it fails, and names stand for themselves. */
import { api } from './client';

export const useUsers = () =>
  api.useQuery(
    'get',
    '/api/v1/users',
    { params: { query: { limit: 200 } } },
    { staleTime: 60_000, select: (answer) => answer.users },
  );
