import { Badge, Button, Card, Group, Table, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { api, http, must } from '@/api/client';
import { pages } from '@/api/paging';
import { confirm } from '@/components/confirm';
import { More } from '@/components/More';
import { refused, told } from '@/components/notify';
import { Failure, LoadingRows } from '@/components/States';
import { Ago } from '@/components/Time';
import { formatTime } from '@/lib/format';
import { deviceOf } from './device';

/** Where one is signed in; what one does not know is ended. */
export function Sessions() {
  const { t } = useTranslation();
  const list = api.useInfiniteQuery('get', '/api/v1/sessions', { params: { query: { limit: 20 } } }, pages());
  const sessions = list.data?.pages.flatMap((page) => page.sessions) ?? [];
  const current = list.data?.pages[0]?.current;
  const end = async (ids: string[]) => {
    try {
      for (const session of ids) {
        await must(http.DELETE('/api/v1/sessions/{session}', { params: { path: { session } } }));
      }
      told(t('admin.profile.ended', { count: ids.length }));
    } catch (error) {
      refused(error);
    }
    await list.refetch();
  };
  const others = sessions.filter((one) => one.id !== current).map((one) => one.id);
  const endOthers = async () => {
    const yes = await confirm({
      title: t('admin.profile.endOthersAsk'),
      body: t('admin.profile.endOthersBody', { count: others.length }),
      action: t('admin.profile.endOthers'),
      danger: true,
    });
    if (yes) await end(others);
  };
  return (
    <Card>
      <Group justify="space-between" mb="xs">
        <div>
          <Title order={2} size="h4">
            {t('admin.profile.sessions')}
          </Title>
          <Text size="xs" c="dimmed">
            {t('admin.profile.sessionsLead')}
          </Text>
        </div>
        {others.length > 0 && (
          <Button variant="default" onClick={() => void endOthers()}>
            {t('admin.profile.endOthers')}
          </Button>
        )}
      </Group>
      {list.isPending && <LoadingRows rows={2} />}
      {list.isError && <Failure error={list.error} onRetry={() => void list.refetch()} />}
      {sessions.length > 0 && (
        <Table.ScrollContainer
          minWidth={440}
          type="native"
          tabIndex={0}
          role="region"
          aria-label={t('admin.profile.sessions')}
        >
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('admin.profile.device')}</Table.Th>
                <Table.Th>{t('admin.profile.since')}</Table.Th>
                <Table.Th>{t('admin.profile.seen')}</Table.Th>
                <Table.Th>
                  <span className="visually-hidden">{t('common.actions')}</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {sessions.map((session) => (
                <Table.Tr key={session.id}>
                  <Table.Td>
                    <Group gap={6}>
                      <Text size="sm" title={session.agent}>
                        {deviceOf(session.agent)}
                      </Text>
                      {session.id === current && <Badge>{t('admin.profile.thisOne')}</Badge>}
                    </Group>
                  </Table.Td>
                  <Table.Td className="numbers">{formatTime(session.created_at)}</Table.Td>
                  <Table.Td>
                    <Ago at={session.last_seen_at} />
                  </Table.Td>
                  <Table.Td ta="end">
                    {session.id !== current && (
                      <Button
                        variant="subtle"
                        color="red"
                        aria-label={t('admin.profile.endNamed', { device: deviceOf(session.agent) })}
                        onClick={() => void end([session.id])}
                      >
                        {t('admin.profile.end')}
                      </Button>
                    )}
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
    </Card>
  );
}
