import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { pages } from '@/api/paging';
import { More } from '@/components/More';
import { Empty, Failure, LoadingRows } from '@/components/States';
import { AuditTable } from '../admin/audit/AuditTable';

/** What was done to a connection, from the audit trail. */
export function History({ name }: { name: string }) {
  const { t } = useTranslation();
  const list = api.useInfiniteQuery(
    'get',
    '/api/v1/audit',
    { params: { query: { subject: `connection:${name}`, limit: 30 } } },
    pages(),
  );
  if (list.isPending) return <LoadingRows />;
  if (list.isError) return <Failure error={list.error} onRetry={() => void list.refetch()} />;
  const entries = list.data.pages.flatMap((page) => page.entries);
  if (entries.length === 0) return <Empty title={t('admin.audit.empty')} />;
  return (
    <>
      <AuditTable entries={entries} withoutSubject />
      <More
        has={list.hasNextPage}
        loading={list.isFetchingNextPage}
        onMore={() => void list.fetchNextPage()}
      />
    </>
  );
}
