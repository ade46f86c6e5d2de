/** What came in: every trigger event, what it brought, and how often it came again. */
import { Badge, Drawer, Group, Select, Stack, Table, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconInbox } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, http, must, type Schemas } from '@/api/client';
import { useFlowNames } from '@/api/flows';
import { More } from '@/components/More';
import { Page } from '@/components/Page';
import { Empty, Failure, LoadingRows } from '@/components/States';
import { RunStatusBadge } from '@/components/Status';
import { Ago } from '@/components/Time';
import { say } from '@/i18n';
import { useAddress } from '@/lib/address';
import { formatTime } from '@/lib/format';
import { EventParts } from './incoming/EventParts';
import { FlowSelect } from './list/FlowSelect';
import { type Address, period, TRIGGERS } from './list/filter';
import { RangeSelect } from './list/RangeSelect';
import tableClasses from './list/RunTable.module.css';
import { TriggerWords } from './list/RunWords';
import { useFresh } from './list/useFresh';
import { RunLink } from './RunLink';
import { RunsNav } from './RunsNav';

type TriggerEvent = Schemas['TriggerEvent'];

function useEvents(address: Address) {
  const { flow, kind, range, from, to } = address;
  const query = useInfiniteQuery({
    queryKey: ['trigger-event-list', flow, kind, range, from, to],
    queryFn: ({ pageParam, signal }) =>
      must(
        http.GET('/api/v1/trigger-events', {
          params: {
            query: {
              flow,
              kind: TRIGGERS.find((one) => one === kind),
              ...period({ range, from, to }),
              cursor: pageParam,
              limit: 50,
            },
          },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  useFresh(query.refetch, { kinds: ['runs'], flow, pages: query.data?.pages.length });
  return query;
}

export default function IncomingPage() {
  const { t } = useTranslation();
  const [address, setAddress] = useAddress();
  const events = useEvents(address);
  const nameOf = useFlowNames();
  const phone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const rows = events.data?.pages.flatMap((page) => page.events) ?? [];
  const open = (id: string | undefined) => setAddress({ event: id });
  return (
    <Page title={t('runs.incoming.title')} lead={t('runs.incoming.lead')}>
      <RunsNav at="incoming" />
      <Group gap="xs" mb="md" role="search" aria-label={t('runs.filter.label')}>
        <FlowSelect value={address.flow} onChange={(flow) => setAddress({ flow })} w={220} />
        <Select
          w={170}
          aria-label={t('runs.filter.trigger')}
          placeholder={t('runs.filter.trigger')}
          clearable
          clearButtonProps={{ 'aria-label': t('common.clear') }}
          data={TRIGGERS.map((one) => ({ value: one, label: t(`common.triggerKind.${one}`) }))}
          value={address.kind ?? null}
          onChange={(kind) => setAddress({ kind: kind ?? undefined })}
        />
        <RangeSelect address={address} onChange={setAddress} w={140} />
      </Group>
      {events.isPending && <LoadingRows rows={8} height={40} />}
      {events.isError && rows.length === 0 && (
        <Failure error={events.error} onRetry={() => void events.refetch()} />
      )}
      {events.isSuccess && rows.length === 0 && (
        <Empty
          icon={<IconInbox size={28} stroke={1.5} />}
          title={t('runs.incoming.emptyTitle')}
          lead={t('runs.incoming.emptyLead')}
        />
      )}
      {rows.length > 0 &&
        (phone ? (
          <Cards rows={rows} nameOf={nameOf} onOpen={open} />
        ) : (
          <Rows rows={rows} nameOf={nameOf} onOpen={open} />
        ))}
      <More
        has={events.hasNextPage}
        loading={events.isFetchingNextPage}
        onMore={() => void events.fetchNextPage()}
      />
      <Drawer
        opened={address.event !== undefined}
        onClose={() => open(undefined)}
        position={phone ? 'bottom' : 'right'}
        size={phone ? '85%' : 560}
        title={t('runs.incoming.one')}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        {address.event && <Opened id={address.event} nameOf={nameOf} />}
      </Drawer>
    </Page>
  );
}

interface ListProps {
  rows: TriggerEvent[];
  nameOf: (slug: string) => string;
  onOpen: (id: string) => void;
}

function Duplicates({ count }: { count: number }) {
  const { t } = useTranslation();
  return count > 0 ? <Badge color="gray">{t('runs.incoming.again', { count })}</Badge> : null;
}

function Rows({ rows, nameOf, onOpen }: ListProps) {
  const { t } = useTranslation();
  return (
    <Table aria-label={t('runs.incoming.title')} layout="fixed" className={tableClasses.table}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={220}>{t('runs.incoming.received')}</Table.Th>
          <Table.Th w={170}>{t('runs.list.trigger')}</Table.Th>
          <Table.Th>{t('runs.list.flow')}</Table.Th>
          <Table.Th w={140}>{t('runs.incoming.repeated')}</Table.Th>
          <Table.Th w={118}>{t('runs.incoming.run')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((event) => (
          <Table.Tr
            key={event.id}
            className={tableClasses.row}
            onClick={(click) => {
              if (!(click.target as Element).closest('a, button')) onOpen(event.id);
            }}
          >
            <Table.Td>
              <button type="button" className={tableClasses.open} onClick={() => onOpen(event.id)}>
                <span className="numbers" style={{ whiteSpace: 'nowrap' }}>
                  {formatTime(event.received_at)}
                </span>
              </button>
            </Table.Td>
            <Table.Td>{event.title ? say(event.title) : <TriggerWords kind={event.kind} />}</Table.Td>
            <Table.Td>{nameOf(event.slug)}</Table.Td>
            <Table.Td>
              <Duplicates count={event.duplicates} />
            </Table.Td>
            <Table.Td>
              <RunLink run={event.run}>
                <RunStatusBadge status={event.status} />
              </RunLink>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Cards({ rows, nameOf, onOpen }: ListProps) {
  const { t } = useTranslation();
  return (
    <ul className={tableClasses.list} aria-label={t('runs.incoming.title')}>
      {rows.map((event) => (
        <li key={event.id} className={tableClasses.card}>
          <button type="button" className={tableClasses.open} onClick={() => onOpen(event.id)}>
            <Group justify="space-between" wrap="nowrap" gap="xs">
              <Text fw={550} truncate>
                {nameOf(event.slug)}
              </Text>
              <RunStatusBadge status={event.status} />
            </Group>
            <Group gap="md" mt={4}>
              <Ago at={event.received_at} size="xs" />
              {event.title ? <Text size="sm">{say(event.title)}</Text> : <TriggerWords kind={event.kind} />}
              <Duplicates count={event.duplicates} />
            </Group>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Opened({ id, nameOf }: { id: string; nameOf: (slug: string) => string }) {
  const { t } = useTranslation();
  const event = api.useQuery('get', '/api/v1/trigger-events/{event}', { params: { path: { event: id } } });
  if (event.isPending) return <LoadingRows rows={5} height={24} />;
  if (event.isError) return <Failure error={event.error} onRetry={() => void event.refetch()} />;
  const { data } = event;
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <Text fw={550}>{nameOf(data.slug)}</Text>
        <RunStatusBadge status={data.status} />
        <RunLink run={data.run}>{t('runs.incoming.openRun')}</RunLink>
      </Group>
      <EventParts event={data.event} of={data} />
    </Stack>
  );
}
