/** The inbox of decisions: what waits for whoever looks, what waits for others, and what was decided. */
import { Tabs } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Page } from '@/components/Page';
import { useAddress } from '@/lib/address';
import { DecidedList } from './DecidedList';
import { Inbox } from './Inbox';

export default function ApprovalsPage() {
  const { t } = useTranslation();
  const [address, setAddress] = useAddress();
  const tab = address.tab === 'decided' ? 'decided' : 'open';
  return (
    <Page title={t('approvals.title')} lead={t('approvals.lead')} width={860}>
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(next) =>
          setAddress({
            tab: next === 'decided' ? 'decided' : undefined,
            approval: undefined,
            status: undefined,
          })
        }
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="open">{t('approvals.tabs.open')}</Tabs.Tab>
          <Tabs.Tab value="decided">{t('approvals.tabs.decided')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="open">
          <Inbox />
        </Tabs.Panel>
        <Tabs.Panel value="decided">
          <DecidedList />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
