/** One connection: how it is doing, its settings and credentials, where it is used, and what was done to it. */
import { ActionIcon, Button, Group, Menu, Stack, Tabs, Text } from '@mantine/core';
import { IconDots, IconPlugConnected, IconTrash } from '@tabler/icons-react';
import { Link, useParams } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useConnector } from '@/api/catalogue';
import { useCan } from '@/api/session';
import { ConnectorIcon } from '@/components/ConnectorIcon';
import { Page } from '@/components/Page';
import { Empty, Failure, LoadingRows } from '@/components/States';
import { say } from '@/i18n';
import { useAddress } from '@/lib/address';
import { authOf } from './catalogue';
import { DeleteConnection } from './DeleteConnection';
import { HealthBadge } from './HealthBadge';
import { History } from './History';
import { healthOf } from './health';
import { Overview } from './Overview';
import { SettingsTab } from './SettingsTab';
import { Tested, useTest } from './Tested';
import { useConnection } from './useConnection';
import { WhereUsed } from './WhereUsed';

export default function ConnectionPage() {
  const { t } = useTranslation();
  const { name } = useParams({ strict: false }) as { name: string };
  const [search, setSearch] = useAddress();
  const mayEdit = useCan('editor');
  const mayDelete = useCan('admin');
  const query = useConnection(name);
  const connection = query.data?.data;
  const connector = useConnector(connection?.connector ?? '');
  const test = useTest(name);
  const [deleting, setDeleting] = useState(false);
  const trail: [string, string][] = [[t('shell.nav.connections'), '/connections']];
  useConsentCameBack(search.consented, () => void test.run());

  if (query.isPending) {
    return (
      <Page title={name} trail={trail}>
        <LoadingRows />
      </Page>
    );
  }
  if (!connection) {
    return (
      <Page title={name} trail={trail}>
        {query.error?.status === 404 ? (
          <Empty title={t('connections.notHere', { name })} lead={t('connections.notHereLead')}>
            <Button component={Link} to="/connections" variant="default">
              {t('connections.toAll')}
            </Button>
          </Empty>
        ) : (
          <Failure error={query.error} onRetry={() => void query.refetch()} />
        )}
      </Page>
    );
  }
  const form = authOf(connector.data, connection.auth);
  const canTest = mayEdit && Boolean(connector.data?.connection?.test);
  const tabs = ['overview', 'settings', 'used', ...(mayDelete ? (['history'] as const) : [])] as const;
  const tab = tabs.find((one) => one === search.tab) ?? 'overview';
  return (
    <Page
      title={connection.title}
      trail={trail}
      lead={
        <Group gap={8} mt={4}>
          <ConnectorIcon name={connection.connector} size={22} />
          <Text size="sm">
            {say(connector.data?.title) || connection.connector} · {connection.name}
          </Text>
          <HealthBadge health={healthOf(connection, form)} />
        </Group>
      }
      actions={
        <>
          {canTest && (
            <Button
              leftSection={<IconPlugConnected size={14} />}
              loading={test.isPending}
              onClick={() => void test.run()}
            >
              {t('connections.test.button')}
            </Button>
          )}
          {mayDelete && (
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon variant="default" size={30} aria-label={t('connections.more')}>
                  <IconDots size={16} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item
                  color="red"
                  leftSection={<IconTrash size={14} />}
                  onClick={() => setDeleting(true)}
                >
                  {t('common.delete')}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          )}
        </>
      }
    >
      <Stack gap="md">
        {test.isError && <Failure error={test.error} compact />}
        {test.data && !test.isPending && <Tested result={test.data} />}
        <Tabs
          value={tab}
          keepMounted={false}
          onChange={(next) => setSearch({ tab: next === 'overview' ? '' : (next ?? '') })}
        >
          <Tabs.List mb="md">
            {tabs.map((one) => (
              <Tabs.Tab key={one} value={one}>
                {t(`connections.tabs.${one}`)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value="overview">
            <Overview
              connection={connection}
              connector={connector.data ?? undefined}
              // That it works says more than that it may.
              consented={test.data?.ok ? undefined : search.consented}
            />
          </Tabs.Panel>
          <Tabs.Panel value="settings">
            {query.data && connector.data && (
              <SettingsTab current={query.data} connector={connector.data} readOnly={!mayEdit} />
            )}
          </Tabs.Panel>
          <Tabs.Panel value="used">
            <WhereUsed name={name} />
          </Tabs.Panel>
          <Tabs.Panel value="history">
            <History name={name} />
          </Tabs.Panel>
        </Tabs>
      </Stack>
      <DeleteConnection connection={connection} opened={deleting} onClose={() => setDeleting(false)} />
    </Page>
  );
}

/** Somebody just came back from the system: whether it works is the next question. */
function useConsentCameBack(consented: string | undefined, ask: () => void) {
  const asked = useRef(false);
  useEffect(() => {
    if (consented !== 'production' || asked.current) return;
    asked.current = true;
    ask();
  }, [consented, ask]);
}
