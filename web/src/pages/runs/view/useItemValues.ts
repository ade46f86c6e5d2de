/** What a loop went through: its list, as the run's journal has it. Lists that are record streams cannot be read. */
import { useQuery } from '@tanstack/react-query';
import { http, must } from '@/api/client';

/** `undefined` while it is looked for; `null` where there is no list to be shown. */
export function useItemValues(run: string, loop: string): unknown[] | null | undefined {
  const found = useQuery({
    queryKey: ['loop-values', run, loop],
    queryFn: async ({ signal }) => {
      let cursor: string | undefined;
      do {
        const page = await must(
          http.GET('/api/v1/runs/{run}/timeline', {
            params: { path: { run }, query: { limit: 1000, cursor } },
            signal,
          }),
        );
        const began = page.entries.find((entry) => entry.event === 'loop_started' && entry.step === loop);
        if (began) return Array.isArray(began.items) ? (began.items as unknown[]) : null;
        cursor = page.next_cursor ?? undefined;
      } while (cursor);
      return null;
    },
    staleTime: 60_000,
  });
  return found.data;
}
