/** The page's state in its address: what is set replaces or, where it is absent, leaves. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { Address } from './filter';

export function useAddress(): [Address, (patch: Address, how?: { push?: boolean }) => void] {
  const address = useSearch({ strict: false }) as Address;
  const navigate = useNavigate();
  const set = useCallback(
    (patch: Address, how?: { push?: boolean }) =>
      void navigate({
        to: '.',
        search: (now: Address) => ({ ...now, ...patch }),
        replace: !how?.push,
        resetScroll: false,
      }),
    [navigate],
  );
  return [address, set];
}
