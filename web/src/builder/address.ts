/** What of the builder stands in the address. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

export interface Address {
  /** The selected step, or the trigger. */
  step?: string;
  /** The field of it that something is wrong with: a JSON pointer into the document. */
  field?: string;
  /** What stands beside the canvas instead of the step: the test of the whole draft. */
  panel?: 'test';
  view?: 'outline';
  /** Asked to publish, by a link from elsewhere. */
  publish?: string;
}

export function useAddress(): [Address, (next: Address) => void] {
  const search = useSearch({ strict: false }) as Address;
  const navigate = useNavigate();
  const go = useCallback(
    (next: Address) =>
      void navigate({ to: '.', search: (old: object) => ({ ...old, ...next }), replace: true } as never),
    [navigate],
  );
  return [search, go];
}
