/** The registry of connectors: what is here, and what the index offers. */

import { Button, Group, SegmentedControl, Select, Stack, Tabs } from '@mantine/core';
import { IconPuzzle, IconUpload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useConnectors } from '@/api/catalogue';
import { api } from '@/api/client';
import { useCan } from '@/api/session';
import { Page } from '@/components/Page';
import { SearchBox } from '@/components/SearchBox';
import { Empty, Failure, LoadingRows } from '@/components/States';
import { useAddress } from '@/lib/address';
import { mentions } from '@/lib/mentions';
import { ConnectorCard } from './ConnectorCard';
import classes from './connectors.module.css';
import { IndexTab } from './IndexTab';
import { InstallModal } from './InstallModal';

/** In the order in which people ask for them. */
const CATEGORIES = [
  'crm',
  'erp',
  'accounting',
  'shop',
  'payment',
  'messaging',
  'documents',
  'automation',
  'general',
] as const;
const ORIGINS = ['all', 'built_in', 'installed', 'folder'] as const;

export default function ConnectorsPage() {
  const { t } = useTranslation();
  const [search, setSearch] = useAddress();
  const mayInstall = useCan('admin');
  return (
    <Page
      title={t('shell.nav.connectors')}
      lead={t('connectors.lead')}
      actions={
        mayInstall && (
          <Button
            variant="default"
            leftSection={<IconUpload size={14} />}
            onClick={() => setSearch({ install: '1' }, { push: true })}
          >
            {t('connectors.installFile')}
          </Button>
        )
      }
    >
      <Tabs
        value={search.tab === 'index' ? 'index' : 'here'}
        onChange={(tab) => setSearch({ tab: tab === 'here' ? '' : (tab ?? '') })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="here">{t('connectors.here')}</Tabs.Tab>
          <Tabs.Tab value="index">{t('connectors.fromIndex')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="here">
          <Here />
        </Tabs.Panel>
        <Tabs.Panel value="index">
          <IndexTab />
        </Tabs.Panel>
      </Tabs>
      <InstallModal
        opened={mayInstall && search.install === '1'}
        onClose={() => setSearch({ install: '' })}
      />
    </Page>
  );
}

function Here() {
  const { t } = useTranslation();
  const [search, setSearch] = useAddress();
  const list = api.useQuery('get', '/api/v1/connectors', {});
  const catalogue = useConnectors();
  if (list.isPending) return <LoadingRows height={88} />;
  if (list.isError) return <Failure error={list.error} onRetry={() => void list.refetch()} />;
  const origin = search.origin ?? 'all';
  const shown = list.data.connectors
    .filter((one) => origin === 'all' || one.origin === origin)
    .filter((one) => !search.category || one.category === search.category)
    .filter((one) => mentions(one, search.text ?? ''));
  const origins = ORIGINS.filter(
    (one) => one === 'all' || one === origin || list.data.connectors.some((each) => each.origin === one),
  );
  const categories = CATEGORIES.filter((category) =>
    list.data.connectors.some((one) => one.category === category),
  );
  return (
    <Stack gap="md">
      <Group gap="xs">
        <SearchBox
          value={search.text ?? ''}
          onChange={(text) => setSearch({ text })}
          label={t('connectors.search')}
        />
        <Select
          w={220}
          aria-label={t('connectors.category.label')}
          placeholder={t('connectors.category.all')}
          clearable
          clearButtonProps={{ 'aria-label': t('common.clear') }}
          value={search.category ?? null}
          onChange={(category) => setSearch({ category: category ?? '' })}
          data={categories.map((one) => ({ value: one, label: t(`connectors.category.${one}`) }))}
        />
        {origins.length > 2 && (
          <SegmentedControl
            aria-label={t('connectors.origin.label')}
            value={origin}
            onChange={(next) => setSearch({ origin: next === 'all' ? '' : next })}
            data={origins.map((one) => ({ value: one, label: t(`connectors.origin.${one}`) }))}
          />
        )}
      </Group>
      {shown.length === 0 ? (
        <Empty icon={<IconPuzzle size={28} aria-hidden />} title={t('connectors.nothingFound')}>
          <Button variant="default" onClick={() => setSearch({ text: '', origin: '', category: '' })}>
            {t('common.clear')}
          </Button>
          <Button
            variant="default"
            onClick={() => setSearch({ text: '', origin: '', category: '', tab: 'index' })}
          >
            {t('connectors.lookInIndex')}
          </Button>
        </Empty>
      ) : (
        <ul className={classes.grid}>
          {shown.map((one) => (
            <li key={one.name}>
              <ConnectorCard
                summary={one}
                connector={catalogue.data?.find((connector) => connector.name === one.name)}
              />
            </li>
          ))}
        </ul>
      )}
    </Stack>
  );
}
