/** A connector's readme, in both languages. */
import { useQuery } from '@tanstack/react-query';
import { http, must, type Problem, type Text } from '@/api/client';

export function useReadme(connector: string) {
  return useQuery<{ readme: Text }, Problem>({
    queryKey: ['get', '/api/v1/connectors/{connector}/readme', { connector }],
    queryFn: ({ signal }) =>
      must(
        // The typed client learns of it with the next description of the API.
        http.GET(
          '/api/v1/connectors/{connector}/readme' as never,
          { params: { path: { connector } }, signal } as never,
        ) as never,
      ),
    staleTime: 300_000,
    retry: false,
  });
}

/** Without the first heading, which only repeats what the page is called. */
export const withoutTitle = (markdown: string) => markdown.replace(/^\s*#\s[^\n]*\n/, '');
