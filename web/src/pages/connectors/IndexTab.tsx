/** What the installation's index offers beyond what is here. */

import { Badge, Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconBooks, IconCircleCheckFilled, IconDownload } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isAboutConnectors } from '@/api/catalogue';
import { api, problemOf, type Schemas } from '@/api/client';
import { useCan } from '@/api/session';
import { SearchBox } from '@/components/SearchBox';
import { Empty, Failure, LoadingRows } from '@/components/States';
import { say } from '@/i18n';
import { useAddress } from '@/lib/address';
import { mentions } from '@/lib/mentions';
import classes from './connectors.module.css';
import { InstallReport } from './InstallReport';

export function IndexTab() {
  const { t } = useTranslation();
  const [search, setSearch] = useAddress();
  const index = api.useQuery('get', '/api/v1/connector-index', {}, { retry: false });
  if (index.isPending) return <LoadingRows height={64} />;
  if (index.isError) {
    if (problemOf(index.error).code === 'index_not_set') {
      return (
        <Empty
          icon={<IconBooks size={28} aria-hidden />}
          title={t('connectors.index.none')}
          lead={t('connectors.index.noneLead')}
        />
      );
    }
    return <Failure error={index.error} onRetry={() => void index.refetch()} />;
  }
  const entries = index.data.connectors.filter((one) => mentions(one, search.text ?? ''));
  return (
    <Stack gap="md">
      <SearchBox
        value={search.text ?? ''}
        onChange={(text) => setSearch({ text })}
        label={t('connectors.search')}
      />
      {entries.length === 0 && <Empty title={t('connectors.nothingFound')} />}
      <Stack gap={0}>
        {entries.map((entry) => (
          <Entry key={`${entry.name} ${entry.version}`} entry={entry} />
        ))}
      </Stack>
    </Stack>
  );
}

function Entry({ entry }: { entry: Schemas['IndexEntry'] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const may = useCan('admin');
  const [report, setReport] = useState<Schemas['InstalledConnector']>();
  const install = api.useMutation('post', '/api/v1/connectors/install-from-index', {
    onSuccess: async (installed) => {
      setReport(installed);
      await client.invalidateQueries({ predicate: isAboutConnectors });
    },
  });
  return (
    <div className={classes.entry}>
      <Group justify="space-between" align="flex-start" py="sm" wrap="nowrap">
        <div>
          <Group gap="xs">
            <Title order={2} size="h4">
              {say(entry.title)}
            </Title>
            <Text size="xs" c="dimmed" className="numbers">
              {entry.name} {entry.version}
            </Text>
          </Group>
          <Text size="sm" c="dimmed">
            {say(entry.description)}
          </Text>
        </div>
        {entry.installed ? (
          <Badge color="teal" leftSection={<IconCircleCheckFilled size={12} aria-hidden />}>
            {t('connectors.index.installed')}
          </Badge>
        ) : (
          may && (
            <Button
              variant="default"
              leftSection={<IconDownload size={14} />}
              loading={install.isPending}
              aria-label={t('connectors.index.installNamed', {
                name: say(entry.title),
                version: entry.version,
              })}
              onClick={() => install.mutate({ body: { name: entry.name, version: entry.version } })}
            >
              {t('connectors.index.install')}
            </Button>
          )
        )}
      </Group>
      {install.isError && <Failure error={install.error} />}
      {report && <InstallReport report={report} />}
    </div>
  );
}
