/** The installation: how it is doing, what is set, and what starts by itself. */
import { Tabs } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/session';
import { Page } from '@/components/Page';
import { useAddress } from '@/lib/address';
import { Clockwork } from './settings/Clockwork';
import { SettingsList } from './settings/SettingsList';
import { StatusTab } from './settings/StatusTab';

const TABS = ['status', 'clockwork', 'settings'] as const;

export default function SettingsPage() {
  const { t } = useTranslation();
  const [search, setSearch] = useAddress();
  const isAdmin = useCan('admin');
  const tabs = TABS.filter((one) => one !== 'settings' || isAdmin);
  const tab = tabs.find((one) => one === search.tab) ?? 'status';
  return (
    <Page title={t('shell.nav.settings')} lead={t(`admin.settings.lead.${tab}`)}>
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(next) => setSearch({ tab: next === 'status' ? '' : (next ?? ''), text: '' })}
      >
        <Tabs.List mb="md">
          {tabs.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(`admin.settings.tabs.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="status">
          <StatusTab />
        </Tabs.Panel>
        <Tabs.Panel value="clockwork">
          <Clockwork />
        </Tabs.Panel>
        <Tabs.Panel value="settings">
          <SettingsList />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
