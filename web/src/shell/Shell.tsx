/** The frame around every page: header, navigation, search, and the news from the server. */

import {
  ActionIcon,
  AppShell,
  Avatar,
  Badge,
  Box,
  Burger,
  Button,
  Group,
  Kbd,
  Menu,
  NavLink,
  Stack,
  Text,
} from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import {
  IconAffiliate,
  IconChartBar,
  IconChecklist,
  IconHistory,
  IconHome2,
  IconKey,
  IconLogout,
  IconPlugConnected,
  IconPuzzle,
  IconRoute,
  IconSearch,
  IconSettings,
  IconUser,
  IconUsers,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useLiveLists } from '@/api/live';
import { type Role, useCan, useMe } from '@/api/session';
import { useStatus } from '@/api/status';
import { loadTexts } from '@/i18n';
import { LanguageMenu, SchemeToggle } from './Preferences';
import { openSearch } from './search';
import { useTour } from './tour';
import { Wordmark } from './Wordmark';

const Search = lazy(() => import('./Search'));
const FirstSteps = lazy(async () => {
  const [steps] = await Promise.all([import('@/pages/home/FirstSteps'), loadTexts(['home'])]);
  return steps;
});

type Item = {
  to: string;
  key:
    | 'home'
    | 'overview'
    | 'flows'
    | 'runs'
    | 'approvals'
    | 'map'
    | 'connections'
    | 'connectors'
    | 'secrets'
    | 'people'
    | 'settings';
  icon: typeof IconHome2;
  role?: Role;
};
const GROUPS: { key: 'work' | 'systems' | 'company'; items: Item[]; role?: 'editor' }[] = [
  {
    key: 'work',
    items: [
      { to: '/', key: 'home', icon: IconHome2 },
      { to: '/overview', key: 'overview', icon: IconChartBar },
      { to: '/flows', key: 'flows', icon: IconRoute },
      { to: '/runs', key: 'runs', icon: IconHistory },
      { to: '/approvals', key: 'approvals', icon: IconChecklist },
    ],
  },
  {
    key: 'systems',
    items: [
      { to: '/map', key: 'map', icon: IconAffiliate },
      { to: '/connections', key: 'connections', icon: IconPlugConnected },
      { to: '/connectors', key: 'connectors', icon: IconPuzzle },
    ],
  },
  {
    key: 'company',
    role: 'editor',
    items: [
      { to: '/secrets', key: 'secrets', icon: IconKey, role: 'editor' },
      { to: '/people', key: 'people', icon: IconUsers, role: 'admin' },
      { to: '/settings', key: 'settings', icon: IconSettings, role: 'admin' },
    ],
  },
];

const isAt = (path: string, to: string) =>
  to === '/'
    ? path === '/'
    : path === to || path.startsWith(`${to}/`) || (to === '/runs' && path === '/dead-letters');

export function Shell() {
  const { t } = useTranslation();
  const [opened, { toggle, close }] = useDisclosure();
  const tour = useTour();
  useLiveLists();
  // Here, since the search itself may still be on its way; and from inside of a field, too.
  useHotkeys([['mod+K', openSearch]], []);
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 216, breakpoint: 'sm', collapsed: { mobile: !opened } }}
    >
      <a href="#content" className="skip-link">
        {t('shell.skip')}
      </a>
      <AppShell.Header bg="var(--cw-rail)">
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={t('shell.menu')} />
            <Wordmark />
          </Group>
          <Button
            visibleFrom="sm"
            variant="default"
            w={360}
            justify="flex-start"
            styles={{ label: { flex: 1 } }}
            leftSection={<IconSearch size={14} />}
            rightSection={<Kbd size="xs">Ctrl K</Kbd>}
            c="dimmed"
            fw={400}
            onClick={openSearch}
          >
            {t('shell.search')}
          </Button>
          <Group gap={4} wrap="nowrap">
            <ActionIcon hiddenFrom="sm" size="lg" aria-label={t('shell.search')} onClick={openSearch}>
              <IconSearch size={18} />
            </ActionIcon>
            <LanguageMenu />
            <SchemeToggle />
            <AccountMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" bg="var(--cw-rail)" component="nav" aria-label={t('shell.menu')}>
        <Navigation onChosen={close} />
        {tour && (
          <Suspense fallback={null}>
            <Box mt="auto" visibleFrom="sm">
              <FirstSteps slug={tour} />
            </Box>
          </Suspense>
        )}
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <Outlet />
      </AppShell.Main>
      <Suspense fallback={null}>
        <Search />
      </Suspense>
    </AppShell>
  );
}

function Navigation({ onChosen }: { onChosen: () => void }) {
  const { t } = useTranslation();
  const path = useLocation({ select: (location) => location.pathname });
  const status = useStatus();
  const counts: Partial<Record<Item['key'], number>> = {
    approvals: status.data?.open_approvals,
    runs: status.data?.dead_letters,
  };
  const builds = useCan('editor');
  // A heading without anything below it says nothing.
  const groups = GROUPS.filter((group) => group.role === undefined || builds);
  return (
    <Stack gap="md">
      {groups.map((group) => (
        <Stack key={group.key} gap={2}>
          <Text
            size="xs"
            c="light-dark(var(--mantine-color-gray-7), var(--mantine-color-dark-1))"
            px="sm"
            fw={550}
          >
            {t(`shell.groups.${group.key}`)}
          </Text>
          {group.items.map((item) => (
            <NavigationItem
              key={item.key}
              item={item}
              active={isAt(path, item.to)}
              count={counts[item.key]}
              onChosen={onChosen}
            />
          ))}
        </Stack>
      ))}
    </Stack>
  );
}

function NavigationItem({
  item,
  active,
  count,
  onChosen,
}: {
  item: Item;
  active: boolean;
  count?: number;
  onChosen: () => void;
}) {
  const { t } = useTranslation();
  const may = useCan(item.role ?? 'viewer');
  if (!may) return null;
  const Icon = item.icon;
  return (
    <NavLink
      component={Link}
      to={item.to}
      active={active}
      aria-current={active ? 'page' : undefined}
      variant="light"
      py={6}
      label={t(`shell.nav.${item.key}`)}
      leftSection={<Icon size={17} stroke={1.75} />}
      rightSection={count ? <Badge color={item.key === 'runs' ? 'red' : 'orange'}>{count}</Badge> : undefined}
      onClick={onChosen}
    />
  );
}

function AccountMenu() {
  const { t } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const signOut = api.useMutation('delete', '/api/v1/sessions/current', {
    onSuccess: () => {
      client.clear();
      location.assign('/');
    },
  });
  const name = me.data?.user?.name || me.data?.user?.email || '';
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon size="lg" radius="xl" aria-label={t('shell.account')}>
          <Avatar size={28} name={name} color="initials" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {name}
          {me.data && ` · ${t(`common.role.${me.data.role}`)}`}
        </Menu.Label>
        <Menu.Item component={Link} to="/profile" leftSection={<IconUser size={15} />}>
          {t('shell.profile')}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={15} />} onClick={() => signOut.mutate({})}>
          {t('shell.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
