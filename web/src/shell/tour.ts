/** The flow that somebody makes as their first one; until it is published, or they want no company. */
import { useSyncExternalStore } from 'react';

const KEPT = 'causeway.tour';
const listeners = new Set<() => void>();

export function setTour(slug: string | null) {
  if (slug === null) localStorage.removeItem(KEPT);
  else localStorage.setItem(KEPT, slug);
  for (const listener of listeners) listener();
}

export const useTour = () =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => localStorage.getItem(KEPT),
  );
