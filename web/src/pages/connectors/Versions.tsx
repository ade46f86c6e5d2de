/** The versions of a connector: which is taken, which flows stay on which, and what admins do with them. */
import { Anchor, Badge, Button, Group, Menu, Stack, Table, Text } from '@mantine/core';
import {
  IconArrowUp,
  IconCircleCheckFilled,
  IconCircleMinus,
  IconDots,
  IconListCheck,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { isAboutConnectors } from '@/api/catalogue';
import { api, http, must, type Schemas } from '@/api/client';
import { useCan } from '@/api/session';
import { confirm } from '@/components/confirm';
import { refused, told } from '@/components/notify';
import { Failure, LoadingRows } from '@/components/States';
import { StatusBadge } from '@/components/Status';
import { Ago } from '@/components/Time';
import { useAddress } from '@/lib/address';
import { who } from '@/lib/who';
import { CheckModal } from './CheckModal';
import { UpdateFlows } from './UpdateFlows';

type Version = Schemas['ConnectorVersion'];

export function Versions({ name, title, current }: { name: string; title: string; current?: string }) {
  const { t } = useTranslation();
  const [search, setSearch] = useAddress();
  const mayChange = useCan('admin');
  const list = api.useQuery('get', '/api/v1/connectors/{connector}/versions', {
    params: { path: { connector: name } },
  });
  if (list.isPending) return <LoadingRows />;
  if (list.isError) return <Failure error={list.error} onRetry={() => void list.refetch()} />;
  const behind = list.data.versions.filter((one) => one.version !== current).flatMap((one) => one.flows);
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Text size="sm" c="dimmed" maw={700}>
          {t('connectors.versionsLead')}
        </Text>
        {mayChange && current && behind.length > 0 && (
          <Button
            leftSection={<IconArrowUp size={14} />}
            onClick={() => setSearch({ update: '1' }, { push: true })}
          >
            {t('connectors.update.button', { count: behind.length, version: current })}
          </Button>
        )}
      </Group>
      <Table.ScrollContainer
        minWidth={680}
        type="native"
        tabIndex={0}
        role="region"
        aria-label={t('connectors.tabs.versions')}
      >
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('connectors.version')}</Table.Th>
              <Table.Th>{t('common.status')}</Table.Th>
              <Table.Th>{t('connectors.from')}</Table.Th>
              <Table.Th>{t('connectors.flowsOn')}</Table.Th>
              <Table.Th>{t('connectors.checksum')}</Table.Th>
              <Table.Th>
                <span className="visually-hidden">{t('common.actions')}</span>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {list.data.versions.map((version) => (
              <Row
                key={version.version}
                connector={name}
                title={title}
                version={version}
                mayChange={mayChange}
                onCheck={() => setSearch({ check: version.version }, { push: true })}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <CheckModal connector={name} version={search.check} onClose={() => setSearch({ check: '' })} />
      <UpdateFlows
        connector={name}
        version={current}
        opened={mayChange && search.update === '1'}
        onClose={() => setSearch({ update: '' })}
      />
    </Stack>
  );
}

function Row({
  connector,
  title,
  version,
  mayChange,
  onCheck,
}: {
  connector: string;
  title: string;
  version: Version;
  mayChange: boolean;
  onCheck: () => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const params = { path: { connector, version: version.version } };
  const act = async (what: () => Promise<unknown>, done: string) => {
    try {
      await what();
      told(done);
    } catch (error) {
      refused(error);
    }
    await client.invalidateQueries({ predicate: isAboutConnectors });
  };
  const names = { name: title, version: version.version };
  const enable = () =>
    act(
      () => must(http.POST('/api/v1/connectors/{connector}/versions/{version}/enable', { params })),
      t('connectors.did.enabled', names),
    );
  const disable = async () => {
    const yes = await confirm({
      title: t('connectors.ask.disable', names),
      body: t('connectors.ask.disableBody'),
      action: t('connectors.disable'),
    });
    if (yes) {
      await act(
        () => must(http.POST('/api/v1/connectors/{connector}/versions/{version}/disable', { params })),
        t('connectors.did.disabled', names),
      );
    }
  };
  const remove = async () => {
    const yes = await confirm({
      title: t('connectors.ask.remove', names),
      body: t('connectors.ask.removeBody'),
      action: t('common.remove'),
      danger: true,
    });
    if (yes) {
      await act(
        () => must(http.DELETE('/api/v1/connectors/{connector}/versions/{version}', { params })),
        t('connectors.did.removed', names),
      );
    }
  };
  return (
    <Table.Tr>
      <Table.Td className="numbers">
        <Group gap={6} wrap="nowrap">
          <Text size="sm" fw={550}>
            {version.version}
          </Text>
          {version.current && <Badge miw="max-content">{t('connectors.current')}</Badge>}
        </Group>
      </Table.Td>
      <Table.Td>
        <StatusBadge
          color={version.enabled ? 'teal' : 'gray'}
          icon={version.enabled ? IconCircleCheckFilled : IconCircleMinus}
          label={t(version.enabled ? 'connectors.enabled' : 'connectors.disabled')}
        />
      </Table.Td>
      <Table.Td>
        <Text size="sm">{t(`connectors.origin.${version.origin}`)}</Text>
        <Text size="xs" c="dimmed">
          {version.source}
        </Text>
        {version.installed_at && (
          <Text size="xs" c="dimmed">
            <Ago at={version.installed_at} size="xs" /> · {who(version.installed_by, t)}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        {version.flows.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t('common.none')}
          </Text>
        ) : (
          <Stack gap={4}>
            {version.flows.map((flow) => (
              <Anchor
                key={flow}
                component={Link}
                to="/flows/$slug"
                params={{ slug: flow } as never}
                size="sm"
                lh="24px"
              >
                {flow}
              </Anchor>
            ))}
          </Stack>
        )}
      </Table.Td>
      <Table.Td>
        <Text size="xs" ff="monospace" title={version.checksum ?? undefined}>
          {version.checksum ? `${version.checksum.slice(0, 12)}…` : '–'}
        </Text>
      </Table.Td>
      <Table.Td>
        <Group gap={4} justify="flex-end" wrap="nowrap">
          <Button
            variant="subtle"
            leftSection={<IconListCheck size={14} />}
            onClick={onCheck}
            aria-label={t('connectors.checkNamed', names)}
          >
            {t('connectors.check')}
          </Button>
          {mayChange && (
            <Menu position="bottom-end">
              <Menu.Target>
                <Button variant="subtle" color="gray" px={6} aria-label={t('connectors.moreNamed', names)}>
                  <IconDots size={16} aria-hidden />
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                {version.enabled ? (
                  <Menu.Item onClick={() => void disable()}>{t('connectors.disable')}</Menu.Item>
                ) : (
                  <Menu.Item onClick={() => void enable()}>{t('connectors.enable')}</Menu.Item>
                )}
                <Menu.Item
                  color="red"
                  disabled={version.origin !== 'installed'}
                  onClick={() => void remove()}
                >
                  {t('common.remove')}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
