/** One connector: what it offers, how it is used, and the versions there are. */
import { Alert, Badge, Button, Group, Tabs, Text } from '@mantine/core';
import { IconAlertTriangle, IconPlugConnected } from '@tabler/icons-react';
import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useConnector } from '@/api/catalogue';
import { api } from '@/api/client';
import { useCan } from '@/api/session';
import { ConnectorIcon } from '@/components/ConnectorIcon';
import { Page } from '@/components/Page';
import { Empty, Failure, LoadingRows } from '@/components/States';
import { say } from '@/i18n';
import { useAddress } from '@/lib/address';
import { Documentation } from './Documentation';
import { Operations } from './Operations';
import { Records } from './Records';
import { Triggers } from './Triggers';
import { Versions } from './Versions';

const TABS = ['about', 'operations', 'triggers', 'records', 'versions'] as const;

export default function ConnectorPage() {
  const { t } = useTranslation();
  const { connector: name } = useParams({ strict: false }) as { connector: string };
  const [search, setSearch] = useAddress();
  const mayConnect = useCan('editor');
  const list = api.useQuery('get', '/api/v1/connectors', {});
  const connector = useConnector(name);
  const summary = list.data?.connectors.find((one) => one.name === name);
  const trail: [string, string][] = [[t('shell.nav.connectors'), '/connectors']];
  if (list.isPending || connector.isPending) {
    return (
      <Page title={name} trail={trail}>
        <LoadingRows />
      </Page>
    );
  }
  if (list.isError || connector.isError || !summary) {
    return (
      <Page title={name} trail={trail}>
        {list.isError || connector.isError ? (
          <Failure error={list.error ?? connector.error} />
        ) : (
          <Empty title={t('connectors.notHere', { name })}>
            <Button component={Link} to="/connectors" variant="default">
              {t('connectors.toAll')}
            </Button>
          </Empty>
        )}
      </Page>
    );
  }
  const found = connector.data;
  const counts = {
    about: undefined,
    operations: found?.operations.length ?? 0,
    triggers: found?.triggers?.length ?? 0,
    records: found?.records?.length ?? 0,
    versions: summary.versions,
  };
  const tabs = TABS.filter((tab) => counts[tab] !== 0);
  const tab = tabs.find((one) => one === search.tab) ?? 'about';
  return (
    <Page
      title={say(summary.title)}
      trail={trail}
      lead={
        <Group gap={8} mt={4}>
          <ConnectorIcon name={name} size={22} />
          <Text size="sm" className="numbers">
            {name} {summary.version}
          </Text>
          {summary.origin && <Badge color="gray">{t(`connectors.origin.${summary.origin}`)}</Badge>}
          {!summary.version && <Badge color="orange">{t('connectors.disabled')}</Badge>}
        </Group>
      }
      actions={
        found?.connection && (
          <>
            <Button
              component={Link}
              to="/connections"
              search={{ connector: name } as never}
              variant="default"
            >
              {t('connectors.itsConnections')}
            </Button>
            {mayConnect && (
              <Button
                component={Link}
                to="/connections"
                search={{ new: name } as never}
                leftSection={<IconPlugConnected size={14} />}
              >
                {t('connectors.connect')}
              </Button>
            )}
          </>
        )
      }
    >
      {summary.clash && (
        <Alert color="orange" variant="light" icon={<IconAlertTriangle size={18} />} mb="md">
          {say(summary.clash)}
        </Alert>
      )}
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(next) => setSearch({ tab: next === 'about' ? '' : (next ?? ''), open: '', text: '' })}
      >
        <Tabs.List mb="md">
          {tabs.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(`connectors.tabs.${one}`)}
              {counts[one] !== undefined && (
                <Text span size="xs" c="dimmed" ml={6} className="numbers">
                  {counts[one]}
                </Text>
              )}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="about">
          <Documentation name={name} description={say(summary.description)} connector={found ?? undefined} />
        </Tabs.Panel>
        <Tabs.Panel value="operations">{found && <Operations connector={found} />}</Tabs.Panel>
        <Tabs.Panel value="triggers">{found && <Triggers connector={found} />}</Tabs.Panel>
        <Tabs.Panel value="records">{found && <Records connector={found} />}</Tabs.Panel>
        <Tabs.Panel value="versions">
          <Versions name={name} title={say(summary.title)} current={summary.version ?? undefined} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
