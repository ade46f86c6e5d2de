/** What flows name instead of writing it down: secrets, which nobody sees again, and variables. */
import { Button, Tabs } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/session';
import { Page } from '@/components/Page';
import { useAddress } from '@/lib/address';
import { Secrets } from './secrets/Secrets';
import { Variables } from './secrets/Variables';

export default function SecretsPage() {
  const { t } = useTranslation();
  const [search, setSearch] = useAddress();
  const isAdmin = useCan('admin');
  const isEditor = useCan('editor');
  // The names of secrets are for those who build flows.
  const tab = search.tab === 'variables' || !isEditor ? 'variables' : 'secrets';
  const mayAdd = tab === 'secrets' ? isAdmin : isEditor;
  return (
    <Page
      title={t('shell.nav.secrets')}
      lead={t(`admin.${tab}.lead`)}
      actions={
        mayAdd && (
          <Button
            leftSection={<IconPlus size={14} />}
            onClick={() => setSearch({ edit: '*' }, { push: true })}
          >
            {t(`admin.${tab}.new`)}
          </Button>
        )
      }
    >
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(next) => setSearch({ tab: next === 'variables' ? next : '', edit: '', text: '' })}
      >
        <Tabs.List mb="md">
          {isEditor && <Tabs.Tab value="secrets">{t('admin.secrets.title')}</Tabs.Tab>}
          <Tabs.Tab value="variables">{t('admin.variables.title')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="secrets">
          <Secrets mayChange={isAdmin} />
        </Tabs.Panel>
        <Tabs.Panel value="variables">
          <Variables mayChange={isEditor} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
