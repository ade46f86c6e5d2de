import { ActionIcon, Avatar, Badge, Group, Menu, Modal, Select, Stack, Table, Text } from '@mantine/core';
import { IconCircleCheckFilled, IconCircleMinus, IconDots, IconUsers } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { api, http, must, type Schemas } from '@/api/client';
import { pages } from '@/api/paging';
import { ROLES, type Role, useMe } from '@/api/session';
import { confirm } from '@/components/confirm';
import { More } from '@/components/More';
import { refused, told } from '@/components/notify';
import { SearchBox } from '@/components/SearchBox';
import { Empty, Failure, LoadingRows } from '@/components/States';
import { StatusBadge } from '@/components/Status';
import { useAddress } from '@/lib/address';
import { formatDay } from '@/lib/format';
import { InviteForm } from './InviteForm';
import { ResetPassword, UserForm } from './UserForm';

export type User = Schemas['User'];

export function Users() {
  const { t } = useTranslation();
  const [search, setSearch] = useAddress();
  const me = useMe();
  const query = {
    text: search.text,
    role: search.role as Role | undefined,
    state: search.state as 'active' | 'disabled' | undefined,
    limit: 100,
  };
  const list = api.useInfiniteQuery('get', '/api/v1/users', { params: { query } }, pages());
  const users = list.data?.pages.flatMap((page) => page.users) ?? [];
  const close = () => {
    setSearch({ new: '', edit: '', password: '' });
    void list.refetch();
  };
  const edited = users.find((user) => user.id === search.edit);
  const withPassword = users.find((user) => user.id === search.password);
  const remove = async (user: User) => {
    const yes = await confirm({
      title: t('admin.people.deleteAsk', { name: user.name || user.email }),
      body: t('admin.people.deleteBody'),
      action: t('common.delete'),
      danger: true,
      type: user.email,
    });
    if (!yes) return;
    try {
      await must(http.DELETE('/api/v1/users/{user}', { params: { path: { user: user.id } } }));
      told(t('admin.people.deleted', { name: user.name || user.email }));
    } catch (error) {
      refused(error);
    }
    void list.refetch();
  };
  const disable = async (user: User, disabled: boolean) => {
    try {
      await must(
        http.PATCH('/api/v1/users/{user}', { params: { path: { user: user.id } }, body: { disabled } }),
      );
      told(
        t(disabled ? 'admin.people.didDisable' : 'admin.people.didEnable', { name: user.name || user.email }),
      );
    } catch (error) {
      refused(error);
    }
    void list.refetch();
  };
  return (
    <Stack gap="md">
      <Group gap="xs">
        <SearchBox
          value={search.text ?? ''}
          onChange={(text) => setSearch({ text })}
          label={t('admin.people.search')}
        />
        <Select
          aria-label={t('admin.people.role')}
          placeholder={t('admin.people.everyRole')}
          clearable
          w={150}
          data={ROLES.map((role) => ({ value: role, label: t(`common.role.${role}`) }))}
          value={search.role ?? null}
          onChange={(role) => setSearch({ role: role ?? '' })}
        />
        <Select
          aria-label={t('common.status')}
          placeholder={t('admin.people.everyState')}
          clearable
          w={150}
          data={(['active', 'disabled'] as const).map((state) => ({
            value: state,
            label: t(`admin.people.${state}`),
          }))}
          value={search.state ?? null}
          onChange={(state) => setSearch({ state: state ?? '' })}
        />
      </Group>
      {list.isPending && <LoadingRows height={44} />}
      {list.isError && <Failure error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && users.length === 0 && (
        <Empty icon={<IconUsers size={28} aria-hidden />} title={t('admin.nothingFound')} />
      )}
      {users.length > 0 && (
        <Table.ScrollContainer
          minWidth={560}
          type="native"
          tabIndex={0}
          role="region"
          aria-label={t('admin.people.tabs.users')}
        >
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('admin.people.person')}</Table.Th>
                <Table.Th>{t('admin.people.role')}</Table.Th>
                <Table.Th>{t('common.status')}</Table.Th>
                <Table.Th>{t('shell.language')}</Table.Th>
                <Table.Th>{t('common.created')}</Table.Th>
                <Table.Th>
                  <span className="visually-hidden">{t('common.actions')}</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {users.map((user) => (
                <Row
                  key={user.id}
                  user={user}
                  isMe={user.id === me.data?.user?.id}
                  onEdit={() => setSearch({ edit: user.id }, { push: true })}
                  onPassword={() => setSearch({ password: user.id }, { push: true })}
                  onDisable={(disabled) => void disable(user, disabled)}
                  onDelete={() => void remove(user)}
                />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <More
        has={list.hasNextPage}
        loading={list.isFetchingNextPage}
        onMore={() => void list.fetchNextPage()}
      />
      <Modal
        closeButtonProps={{ 'aria-label': t('common.close') }}
        opened={search.new === '1'}
        onClose={close}
        title={t('admin.people.invite')}
      >
        {search.new === '1' && <InviteForm onClose={close} />}
      </Modal>
      <Modal
        closeButtonProps={{ 'aria-label': t('common.close') }}
        opened={edited !== undefined}
        onClose={close}
        title={edited?.name || edited?.email}
      >
        {edited && <UserForm user={edited} onClose={close} />}
      </Modal>
      <Modal
        closeButtonProps={{ 'aria-label': t('common.close') }}
        opened={withPassword !== undefined}
        onClose={close}
        title={t('admin.people.resetOf', { name: withPassword?.name || withPassword?.email })}
      >
        {withPassword && <ResetPassword user={withPassword} onClose={close} />}
      </Modal>
    </Stack>
  );
}

function Row({
  user,
  isMe,
  onEdit,
  onPassword,
  onDisable,
  onDelete,
}: {
  user: User;
  isMe: boolean;
  onEdit: () => void;
  onPassword: () => void;
  onDisable: (disabled: boolean) => void;
  onDelete: () => void;
}) {
  const { t } = useTranslation();
  const name = user.name || user.email;
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="sm" wrap="nowrap">
          <Avatar size={28} name={name} color="initials" aria-hidden />
          <div>
            <Group gap={6}>
              <Text size="sm" fw={550}>
                {name}
              </Text>
              {isMe && <Badge color="gray">{t('admin.people.you')}</Badge>}
            </Group>
            {user.name && (
              <Text size="xs" c="dimmed">
                {user.email}
              </Text>
            )}
          </div>
        </Group>
      </Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>{t(`common.role.${user.role}`)}</Table.Td>
      <Table.Td>
        <StatusBadge
          color={user.disabled ? 'gray' : 'teal'}
          icon={user.disabled ? IconCircleMinus : IconCircleCheckFilled}
          label={t(user.disabled ? 'admin.people.disabled' : 'admin.people.active')}
        />
      </Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>
        {user.locale ? t(`admin.languages.${user.locale}`) : '–'}
      </Table.Td>
      <Table.Td className="numbers" style={{ whiteSpace: 'nowrap' }}>
        {formatDay(user.created_at)}
      </Table.Td>
      <Table.Td ta="end">
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon aria-label={t('admin.people.moreOf', { name })}>
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={onEdit}>{t('common.edit')}</Menu.Item>
            <Menu.Item onClick={onPassword}>{t('admin.people.reset')}</Menu.Item>
            {!isMe && (
              <Menu.Item onClick={() => onDisable(!user.disabled)}>
                {t(user.disabled ? 'admin.people.enable' : 'admin.people.disable')}
              </Menu.Item>
            )}
            {!isMe && (
              <Menu.Item color="red" onClick={onDelete}>
                {t('common.delete')}
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      </Table.Td>
    </Table.Tr>
  );
}
