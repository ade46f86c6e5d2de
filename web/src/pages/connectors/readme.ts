/** A connector's readme. */
import { api } from '@/api/client';

export function useReadme(connector: string) {
  return api.useQuery(
    'get',
    '/api/v1/connectors/{connector}/readme',
    { params: { path: { connector } } },
    { staleTime: 300_000, retry: false },
  );
}

/** Without the first heading, which only repeats what the page is called. */
export const withoutTitle = (markdown: string) => markdown.replace(/^\s*#\s[^\n]*\n/, '');
