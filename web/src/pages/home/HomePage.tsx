/** The start: what to connect, until something runs; from then on how things stand. */
import { useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { Page } from '@/components/Page';
import { Failure, LoadingRows } from '@/components/States';
import { Begin } from './Begin';
import { Today } from './Today';

export default function HomePage() {
  const { t } = useTranslation();
  const search = useSearch({ strict: false }) as { begin?: string; recipe?: string; systems?: string };
  const published = api.useQuery('get', '/api/v1/flows', {
    params: { query: { state: 'published', limit: 1 } },
  });
  if (published.isPending || published.isError) {
    return (
      <Page title={t('shell.nav.home')}>
        {published.isError ? (
          <Failure error={published.error} onRetry={() => void published.refetch()} />
        ) : (
          <LoadingRows rows={5} height={52} />
        )}
      </Page>
    );
  }
  const asked = search.begin ?? search.recipe ?? search.systems;
  return asked !== undefined || published.data.flows.length === 0 ? <Begin /> : <Today />;
}
