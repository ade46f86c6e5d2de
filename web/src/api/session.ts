/** Who is signed in, and what they may do. */
import { useQueryClient } from '@tanstack/react-query';
import { api, type Schemas, setCsrfToken } from './client';

export type Role = Schemas['Role'];
/** In order: each may do what those before it may. */
export const ROLES: readonly Role[] = ['viewer', 'operator', 'editor', 'admin', 'owner'];
export const rankOf = (role: Role) => ROLES.indexOf(role);

export const meKey = ['get', '/api/v1/me'] as const;

// Nobody signed in is an answer: asking again with each part that mounts would never come to an end.
const ONCE = { staleTime: 60_000, retry: false, retryOnMount: false };

export function useMe() {
  const query = api.useQuery('get', '/api/v1/me', {}, ONCE);
  setCsrfToken(query.data?.csrf_token);
  return query;
}

/** Whether the signed-in person's role is at least this one. The server decides; this only hides what would be refused. */
export function useCan(role: Role): boolean {
  const me = api.useQuery('get', '/api/v1/me', {}, ONCE);
  return rankOf(me.data?.role ?? 'viewer') >= rankOf(role);
}

/** After signing in: everything is asked anew, what is being edited stays. */
export function useSignedIn() {
  const client = useQueryClient();
  return async (csrf: string) => {
    setCsrfToken(csrf);
    await client.invalidateQueries();
  };
}
