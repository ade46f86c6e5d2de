/** All connections that one may use: how each is doing, whose it is, and where it is used. */
import { Anchor, Box, Button, Group, Stack, Table, Text } from '@mantine/core';
import { IconPlugConnected, IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Connector, useConnectors } from '@/api/catalogue';
import { api } from '@/api/client';
import { pages } from '@/api/paging';
import { useCan } from '@/api/session';
import { ConnectorIcon } from '@/components/ConnectorIcon';
import { More } from '@/components/More';
import { Page } from '@/components/Page';
import { SearchBox } from '@/components/SearchBox';
import { Empty, Failure, LoadingRows } from '@/components/States';
import { Ago } from '@/components/Time';
import { say } from '@/i18n';
import { useAddress } from '@/lib/address';
import { who } from '@/lib/who';
import { authOf } from './catalogue';
import { HealthBadge, HealthNote } from './HealthBadge';
import { type Connection, healthOf } from './health';
import { NewConnection } from './NewConnection';

export default function ConnectionsPage() {
  const { t } = useTranslation();
  const [search, setSearch] = useAddress();
  const mayMake = useCan('editor');
  const list = api.useInfiniteQuery(
    'get',
    '/api/v1/connections',
    { params: { query: { text: search.text, connector: search.connector, limit: 50 } } },
    pages(),
  );
  const connectors = useConnectors();
  const connections = list.data?.pages.flatMap((page) => page.connections) ?? [];
  const begin = () => setSearch({ new: '1' }, { push: true });
  const filtered = Boolean(search.text || search.connector);
  return (
    <Page
      title={t('shell.nav.connections')}
      lead={t('connections.lead')}
      actions={
        mayMake && (
          <Button leftSection={<IconPlus size={14} />} onClick={begin}>
            {t('connections.new')}
          </Button>
        )
      }
    >
      <Stack gap="md">
        {(connections.length > 0 || filtered) && (
          <Group gap="xs">
            <SearchBox
              value={search.text ?? ''}
              onChange={(text) => setSearch({ text })}
              label={t('connections.search')}
            />
            {search.connector && (
              <Button variant="default" onClick={() => setSearch({ connector: '' })}>
                {t('connections.onlyOf', {
                  system:
                    say(connectors.data?.find((one) => one.name === search.connector)?.title) ||
                    search.connector,
                })}
              </Button>
            )}
          </Group>
        )}
        {list.isPending && <LoadingRows height={52} />}
        {list.isError && <Failure error={list.error} onRetry={() => void list.refetch()} />}
        {list.isSuccess && connections.length === 0 && (
          <Empty
            icon={<IconPlugConnected size={28} aria-hidden />}
            title={filtered ? t('connections.nothingFound') : t('connections.empty')}
            lead={filtered ? undefined : t(mayMake ? 'connections.emptyLead' : 'connections.noneShared')}
          >
            {filtered ? (
              <Button variant="default" onClick={() => setSearch({ text: '', connector: '' })}>
                {t('common.clear')}
              </Button>
            ) : (
              mayMake && <Button onClick={begin}>{t('connections.new')}</Button>
            )}
          </Empty>
        )}
        {connections.length > 0 && <Rows connections={connections} connectors={connectors.data ?? []} />}
        <More
          has={list.hasNextPage}
          loading={list.isFetchingNextPage}
          onMore={() => void list.fetchNextPage()}
        />
      </Stack>
      <NewConnection
        wanted={mayMake ? search.new : undefined}
        onChoose={(connector) => setSearch({ new: connector })}
        onClose={() => setSearch({ new: '' })}
      />
    </Page>
  );
}

function Rows({ connections, connectors }: { connections: Connection[]; connectors: Connector[] }) {
  const { t } = useTranslation();
  return (
    <Table.ScrollContainer minWidth={0} type="native">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('connections.connection')}</Table.Th>
            <Table.Th>{t('common.status')}</Table.Th>
            <Table.Th visibleFrom="sm">{t('connections.usedIn')}</Table.Th>
            <Table.Th visibleFrom="sm">{t('connections.lastUsed')}</Table.Th>
            <Table.Th visibleFrom="md">{t('connections.owner')}</Table.Th>
            <Table.Th visibleFrom="lg">{t('connections.sharing.column')}</Table.Th>
            <Table.Th visibleFrom="md">{t('connections.environments')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {connections.map((connection) => (
            <Row
              key={connection.name}
              connection={connection}
              connector={connectors.find((one) => one.name === connection.connector)}
            />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Row({ connection, connector }: { connection: Connection; connector: Connector | undefined }) {
  const { t } = useTranslation();
  const health = healthOf(connection, authOf(connector, connection.auth));
  const { production, test } = connection.environments;
  const environments = [production && 'production', test && 'test'].filter((one) => one !== undefined);
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="sm" wrap="nowrap">
          <Box visibleFrom="xs">
            <ConnectorIcon name={connection.connector} />
          </Box>
          <div>
            <Anchor
              component={Link}
              to="/connections/$name"
              params={{ name: connection.name } as never}
              fw={550}
              size="sm"
            >
              {connection.title}
            </Anchor>
            <Text size="xs" c="dimmed">
              {say(connector?.title) || connection.connector} · {connection.name}
            </Text>
          </div>
        </Group>
      </Table.Td>
      <Table.Td>
        <HealthBadge health={health} />
        <HealthNote connection={connection} health={health} />
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <UsedIn name={connection.name} />
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Ago at={connection.last_used_at} />
      </Table.Td>
      <Table.Td visibleFrom="md">
        <Text size="sm">{who(connection.owner, t)}</Text>
      </Table.Td>
      <Table.Td visibleFrom="lg">
        <Text size="sm">{t(`connections.sharing.short.${connection.shared}`)}</Text>
      </Table.Td>
      <Table.Td visibleFrom="md">
        <Text size="sm">
          {environments
            .map((one) => t(`connections.environment.${one as 'production' | 'test'}`))
            .join(', ') || '–'}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}

/** Asked for row by row, so that the list does not wait for it. */
function UsedIn({ name }: { name: string }) {
  const { t } = useTranslation();
  const usage = api.useQuery(
    'get',
    '/api/v1/connections/{name}/usage',
    { params: { path: { name } } },
    { staleTime: 60_000 },
  );
  if (!usage.data) return <Text size="sm">…</Text>;
  const count = usage.data.flows.length;
  return (
    <Text size="sm" className="numbers" c={count === 0 ? 'dimmed' : undefined}>
      {count === 0
        ? t('connections.unused')
        : t(usage.data.more ? 'connections.flowsOrMore' : 'connections.flows', { count })}
    </Text>
  );
}
