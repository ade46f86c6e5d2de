/** What starts by itself: schedules, and systems that are asked again and again. */
import { Anchor, Button, Stack, Table, Text, Title } from '@mantine/core';
import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconRefresh,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { pages } from '@/api/paging';
import { useCan } from '@/api/session';
import { More } from '@/components/More';
import { refused, told } from '@/components/notify';
import { Failure, LoadingRows } from '@/components/States';
import { StatusBadge } from '@/components/Status';
import { Ago } from '@/components/Time';
import { say } from '@/i18n';
import { formatNumber, formatTime } from '@/lib/format';
import { spanWords } from './spanWords';

export function Clockwork() {
  return (
    <Stack gap="xl">
      <Schedules />
      <Polls />
    </Stack>
  );
}

function Section({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  return (
    <section>
      <Title order={2} size="h4">
        {title}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {lead}
      </Text>
      {children}
    </section>
  );
}

function FlowLink({ slug }: { slug: string }) {
  return (
    <Anchor component={Link} to="/flows/$slug" params={{ slug } as never} size="sm" fw={550}>
      {slug}
    </Anchor>
  );
}

function Schedules() {
  const { t } = useTranslation();
  const list = api.useInfiniteQuery(
    'get',
    '/api/v1/schedules',
    { params: { query: { limit: 50 } } },
    pages(),
  );
  const schedules = list.data?.pages.flatMap((page) => page.schedules) ?? [];
  return (
    <Section title={t('admin.clockwork.schedules')} lead={t('admin.clockwork.schedulesLead')}>
      {list.isPending && <LoadingRows rows={2} />}
      {list.isError && <Failure error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && schedules.length === 0 && <Text size="sm">{t('admin.clockwork.noSchedules')}</Text>}
      {schedules.length > 0 && (
        <Table.ScrollContainer
          minWidth={600}
          type="native"
          tabIndex={0}
          role="region"
          aria-label={t('admin.clockwork.schedules')}
        >
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('admin.clockwork.flow')}</Table.Th>
                <Table.Th>{t('admin.clockwork.when')}</Table.Th>
                <Table.Th>{t('admin.clockwork.next')}</Table.Th>
                <Table.Th>{t('admin.clockwork.last')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {schedules.map((schedule) => (
                <Table.Tr key={schedule.slug}>
                  <Table.Td>
                    <FlowLink slug={schedule.slug} />
                  </Table.Td>
                  <Table.Td>{say(schedule.sentence)}</Table.Td>
                  <Table.Td className="numbers">
                    {schedule.next_at ? formatTime(schedule.next_at) : '–'}
                  </Table.Td>
                  <Table.Td>
                    <Ago at={schedule.last_fire_at} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <More
        has={list.hasNextPage}
        loading={list.isFetchingNextPage}
        onMore={() => void list.fetchNextPage()}
      />
    </Section>
  );
}

function Polls() {
  const { t } = useTranslation();
  const list = api.useInfiniteQuery(
    'get',
    '/api/v1/polls',
    { params: { query: { limit: 50 } } },
    { ...pages(), refetchInterval: 15_000 },
  );
  const polls = list.data?.pages.flatMap((page) => page.polls) ?? [];
  return (
    <Section title={t('admin.clockwork.polls')} lead={t('admin.clockwork.pollsLead')}>
      {list.isPending && <LoadingRows rows={2} />}
      {list.isError && <Failure error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && polls.length === 0 && <Text size="sm">{t('admin.clockwork.noPolls')}</Text>}
      {polls.length > 0 && (
        <Table.ScrollContainer
          minWidth={760}
          type="native"
          tabIndex={0}
          role="region"
          aria-label={t('admin.clockwork.polls')}
        >
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('admin.clockwork.flow')}</Table.Th>
                <Table.Th>{t('admin.clockwork.asked')}</Table.Th>
                <Table.Th>{t('common.status')}</Table.Th>
                <Table.Th>{t('admin.clockwork.next')}</Table.Th>
                <Table.Th>{t('admin.clockwork.last')}</Table.Th>
                <Table.Th ta="end">{t('admin.clockwork.found')}</Table.Th>
                <Table.Th>
                  <span className="visually-hidden">{t('common.actions')}</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {polls.map((poll) => (
                <PollRow key={poll.slug} poll={poll} onAsked={() => void list.refetch()} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <More
        has={list.hasNextPage}
        loading={list.isFetchingNextPage}
        onMore={() => void list.fetchNextPage()}
      />
    </Section>
  );
}

function PollRow({ poll, onAsked }: { poll: Schemas['Poll']; onAsked: () => void }) {
  const { t } = useTranslation();
  const mayAsk = useCan('operator');
  const ask = api.useMutation('post', '/api/v1/flows/{slug}/poll', {
    onSuccess: () => {
      told(t('admin.clockwork.asking', { flow: poll.slug }));
      onAsked();
    },
    onError: refused,
  });
  const look =
    poll.failures > 0
      ? {
          color: 'red',
          icon: IconAlertTriangleFilled,
          label: t('admin.clockwork.failing', { count: poll.failures }),
        }
      : poll.last_polled_at
        ? { color: 'teal', icon: IconCircleCheckFilled, label: t('admin.clockwork.works') }
        : { color: 'gray', icon: IconCircleDashed, label: t('admin.clockwork.notYet') };
  return (
    <Table.Tr>
      <Table.Td>
        <FlowLink slug={poll.slug} />
      </Table.Td>
      <Table.Td>
        <Anchor
          component={Link}
          to="/connections/$name"
          params={{ name: poll.connection } as never}
          size="sm"
        >
          {poll.connection}
        </Anchor>
        <Text size="xs" c="dimmed">
          {poll.trigger} · {t('admin.clockwork.every', { every: spanWords(poll.every) })}
        </Text>
      </Table.Td>
      <Table.Td maw={280}>
        <StatusBadge {...look} />
        {poll.failures > 0 && poll.last_error && (
          <Text size="xs" mt={4} style={{ overflowWrap: 'anywhere' }}>
            {say(poll.last_error.message)}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Ago at={poll.next_at} />
      </Table.Td>
      <Table.Td>
        <Ago at={poll.last_polled_at} />
      </Table.Td>
      <Table.Td ta="end" className="numbers">
        {formatNumber(poll.found)}
      </Table.Td>
      <Table.Td ta="end">
        {mayAsk && (
          <Button
            variant="subtle"
            leftSection={<IconRefresh size={14} />}
            loading={ask.isPending}
            aria-label={t('admin.clockwork.askNamed', { flow: poll.slug })}
            onClick={() => ask.mutate({ params: { path: { slug: poll.slug } } })}
          >
            {t('admin.clockwork.ask')}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
