import { Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { pages } from '@/api/paging';
import { useUsers } from '@/api/people';
import { More } from '@/components/More';
import { SearchBox } from '@/components/SearchBox';
import { Empty, Failure, LoadingRows } from '@/components/States';
import { useAddress } from '@/lib/address';
import { AuditTable } from './AuditTable';

const KINDS = [
  'approval',
  'connection',
  'connector',
  'flow',
  'run',
  'sample',
  'secret',
  'session',
  'settings',
  'token',
  'user',
  'variable',
] as const;

/** Who changed what, with filters that stand in the address. */
export function AuditTrail() {
  const { t } = useTranslation();
  const [search, setSearch] = useAddress();
  const people = useUsers();
  const subject = search.kind ? (search.name ? `${search.kind}:${search.name}` : search.kind) : undefined;
  const query = {
    subject,
    by: search.by,
    from: search.from && new Date(`${search.from}T00:00:00`).toISOString(),
    to: search.to && dayAfter(search.to),
    limit: 50,
  };
  const list = api.useInfiniteQuery('get', '/api/v1/audit', { params: { query } }, pages());
  const entries = list.data?.pages.flatMap((page) => page.entries) ?? [];
  const filtered = Boolean(search.kind || search.by || search.from || search.to);
  const known = (people.data ?? []).map((user) => ({
    value: `user:${user.email}`,
    label: user.name ? `${user.name} (${user.email})` : user.email,
  }));
  // Whoever the address names stands in the list, also a token or somebody who is gone.
  const by =
    search.by && !known.some((one) => one.value === search.by)
      ? [{ value: search.by, label: search.by }]
      : [];
  return (
    <Stack gap="md">
      <Group gap="xs" align="flex-end">
        <Select
          label={t('admin.audit.kind')}
          placeholder={t('admin.audit.anything')}
          clearable
          w={160}
          data={KINDS.map((kind) => ({ value: kind, label: t(`admin.audit.kinds.${kind}`) }))}
          value={search.kind ?? null}
          onChange={(kind) => setSearch({ kind: kind ?? '', name: '' })}
        />
        {search.kind && (
          <SearchBox
            value={search.name ?? ''}
            onChange={(name) => setSearch({ name })}
            label={t('admin.audit.name')}
            w={180}
          />
        )}
        <Select
          label={t('admin.audit.by')}
          placeholder={t('admin.audit.anybody')}
          clearable
          searchable
          w={230}
          data={[...by, ...known]}
          value={search.by ?? null}
          onChange={(by) => setSearch({ by: by ?? '' })}
        />
        <TextInput
          type="date"
          label={t('admin.audit.from')}
          value={search.from ?? ''}
          onChange={(event) => setSearch({ from: event.currentTarget.value })}
        />
        <TextInput
          type="date"
          label={t('admin.audit.to')}
          value={search.to ?? ''}
          onChange={(event) => setSearch({ to: event.currentTarget.value })}
        />
        {filtered && (
          <Button
            variant="subtle"
            onClick={() => setSearch({ kind: '', name: '', by: '', from: '', to: '' })}
          >
            {t('common.clear')}
          </Button>
        )}
      </Group>
      {list.isPending && <LoadingRows />}
      {list.isError && <Failure error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && entries.length === 0 && (
        <Empty icon={<IconHistory size={28} aria-hidden />} title={t('admin.nothingFound')} />
      )}
      {entries.length > 0 && <AuditTable entries={entries} />}
      <More
        has={list.hasNextPage}
        loading={list.isFetchingNextPage}
        onMore={() => void list.fetchNextPage()}
      />
    </Stack>
  );
}

/** The first moment that is not of this day any more, where the reader is. */
function dayAfter(day: string): string {
  const date = new Date(`${day}T00:00:00`);
  date.setDate(date.getDate() + 1);
  return date.toISOString();
}
