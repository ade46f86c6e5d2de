/** The draft of a flow, loaded, kept and saved while the page is open. */
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useListChanges } from '@/api/live';
import { useMe } from '@/api/session';
import { told } from '@/components/notify';
import { isSameFlow } from '@/flow/same';
import { keepUnsaved, keptUnsaved } from './kept';
import { fetchDraft, fetchFaults, sendDraft } from './server';
import { DraftStore } from './store';

export interface Draft {
  store: DraftStore;
  /** When what was left unsaved was kept; absent where nothing was. */
  restored?: string;
}

export function useDraft(slug: string) {
  const { t } = useTranslation();
  const me = useMe();
  const user = me.data?.user?.id ?? '';
  const loaded = useQuery({
    queryKey: ['builder-draft', slug],
    queryFn: () => fetchDraft(slug),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnReconnect: false,
  });
  const [draft, setDraft] = useState<Draft>();
  const { data } = loaded;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another language makes no other draft
  useEffect(() => {
    if (!data || !user) return;
    const store = new DraftStore(data, {
      send: (document, revision) => sendDraft(slug, document, revision),
      fetch: () => fetchDraft(slug),
      keep: (unsaved) => keepUnsaved(user, slug, unsaved),
    });
    const kept = keptUnsaved(user, slug);
    const differs = kept && !isSameFlow(kept.document, data.document);
    if (kept && differs) store.restore(kept.document, kept.base, t('builder.draft.restoredChange'));
    else keepUnsaved(user, slug, null);
    setDraft({ store, restored: differs ? kept?.at : undefined });
    void fetchFaults(slug).then((faults) => faults && store.told(faults));
    const leave = () => store.close();
    window.addEventListener('pagehide', leave);
    return () => {
      window.removeEventListener('pagehide', leave);
      // Going to another page of ours: what is not saved is sent at once.
      void store.flush().catch(() => undefined);
      store.close();
    };
  }, [data, slug, user]);

  useListChanges(
    useCallback(
      (change) => {
        if (change.kind !== 'flows' || (change.flows && !change.flows.includes(slug))) return;
        void draft?.store
          .heard()
          .then((news) => {
            if (!news) return;
            told(t('builder.draft.reloaded'));
            return fetchFaults(slug).then((faults) => faults && draft.store.told(faults));
          })
          .catch(() => undefined);
      },
      [slug, draft, t],
    ),
  );
  return { draft, error: loaded.error, retry: () => void loaded.refetch() };
}

export const useDraftState = (store: DraftStore) => useSyncExternalStore(store.subscribe, store.snapshot);
