/** What a page shows stands in its address: filters, tabs, what is open. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

export type Search = Record<string, string | undefined>;

/** The search parameters, and a way to change some of them; `''` and `undefined` take one away. */
export function useAddress(): [Search, (change: Search, options?: { push?: boolean }) => void] {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const set = useCallback(
    (change: Search, options?: { push?: boolean }) => {
      const next = (now: Search) => {
        const all = { ...now, ...change };
        return Object.fromEntries(Object.entries(all).filter(([, value]) => value));
      };
      // The page stays where it is: what changed is on it.
      void navigate({ to: '.', search: next as never, replace: !options?.push, resetScroll: false });
    },
    [navigate],
  );
  return [search, set];
}
