/** Who may come in: people, tokens of programs, what each role may do, and who did what. */
import { Button, Tabs } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Page } from '@/components/Page';
import { useAddress } from '@/lib/address';
import { AuditTrail } from './audit/AuditTrail';
import { RoleTable } from './people/RoleTable';
import { Tokens } from './people/Tokens';
import { Users } from './people/Users';

const TABS = ['users', 'tokens', 'roles', 'audit'] as const;

export default function PeoplePage() {
  const { t } = useTranslation();
  const [search, setSearch] = useAddress();
  const tab = TABS.find((one) => one === search.tab) ?? 'users';
  const begin = () => setSearch({ new: '1' }, { push: true });
  return (
    <Page
      title={t('shell.nav.people')}
      lead={t(`admin.people.lead.${tab}`)}
      actions={
        tab === 'users' || tab === 'tokens' ? (
          <Button leftSection={<IconPlus size={14} />} onClick={begin}>
            {t(tab === 'users' ? 'admin.people.invite' : 'admin.tokens.new')}
          </Button>
        ) : undefined
      }
    >
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(next) =>
          // Filters of one tab mean nothing in another.
          setSearch({
            tab: next === 'users' ? '' : (next ?? ''),
            ...Object.fromEntries(
              Object.keys(search)
                .filter((key) => key !== 'tab')
                .map((key) => [key, '']),
            ),
          })
        }
      >
        <Tabs.List mb="md">
          {TABS.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(`admin.people.tabs.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="users">
          <Users />
        </Tabs.Panel>
        <Tabs.Panel value="tokens">
          <Tokens />
        </Tabs.Panel>
        <Tabs.Panel value="roles">
          <RoleTable />
        </Tabs.Panel>
        <Tabs.Panel value="audit">
          <AuditTrail />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
