import { Badge, Button, Group, Modal, Select, Stack, Table, Text } from '@mantine/core';
import { IconCircleCheckFilled, IconClockX, IconKey } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { api, http, must, type Schemas } from '@/api/client';
import { pages } from '@/api/paging';
import { useUsers } from '@/api/people';
import { confirm } from '@/components/confirm';
import { More } from '@/components/More';
import { refused, told } from '@/components/notify';
import { SearchBox } from '@/components/SearchBox';
import { Empty, Failure, LoadingRows } from '@/components/States';
import { StatusBadge } from '@/components/Status';
import { Ago } from '@/components/Time';
import { useAddress } from '@/lib/address';
import { formatDay } from '@/lib/format';
import { TokenForm } from './TokenForm';

type Token = Schemas['ApiToken'];

/** How programs come in. */
export function Tokens() {
  const { t } = useTranslation();
  const [search, setSearch] = useAddress();
  const query = {
    text: search.text,
    state: search.state as 'valid' | 'expired' | undefined,
    limit: 100,
  };
  const list = api.useInfiniteQuery('get', '/api/v1/tokens', { params: { query } }, pages());
  const people = useUsers();
  const tokens = list.data?.pages.flatMap((page) => page.tokens) ?? [];
  const ownerOf = (token: Token) => {
    const user = people.data?.find((one) => one.id === token.owner);
    return user ? user.name || user.email : undefined;
  };
  const close = () => {
    setSearch({ new: '' });
    void list.refetch();
  };
  const remove = async (token: Token) => {
    const yes = await confirm({
      title: t('admin.tokens.deleteAsk', { name: token.name }),
      body: t('admin.tokens.deleteBody'),
      action: t('common.delete'),
      danger: true,
    });
    if (!yes) return;
    try {
      await must(http.DELETE('/api/v1/tokens/{token}', { params: { path: { token: token.id } } }));
      told(t('admin.tokens.deleted', { name: token.name }));
    } catch (error) {
      refused(error);
    }
    void list.refetch();
  };
  const filtered = Boolean(search.text || search.state);
  return (
    <Stack gap="md">
      {(tokens.length > 0 || filtered) && (
        <Group gap="xs">
          <SearchBox value={search.text ?? ''} onChange={(text) => setSearch({ text })} />
          <Select
            aria-label={t('common.status')}
            placeholder={t('admin.people.everyState')}
            clearable
            w={150}
            data={(['valid', 'expired'] as const).map((state) => ({
              value: state,
              label: t(`admin.tokens.${state}`),
            }))}
            value={search.state ?? null}
            onChange={(state) => setSearch({ state: state ?? '' })}
          />
        </Group>
      )}
      {list.isPending && <LoadingRows />}
      {list.isError && <Failure error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && tokens.length === 0 && (
        <Empty
          icon={<IconKey size={28} aria-hidden />}
          title={filtered ? t('admin.nothingFound') : t('admin.tokens.empty')}
          lead={filtered ? undefined : t('admin.tokens.emptyLead')}
        >
          {!filtered && <Button onClick={() => setSearch({ new: '1' })}>{t('admin.tokens.new')}</Button>}
        </Empty>
      )}
      {tokens.length > 0 && (
        <Table.ScrollContainer
          minWidth={680}
          type="native"
          tabIndex={0}
          role="region"
          aria-label={t('admin.people.tabs.tokens')}
        >
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('common.name')}</Table.Th>
                <Table.Th>{t('admin.people.role')}</Table.Th>
                <Table.Th>{t('admin.tokens.scope')}</Table.Th>
                <Table.Th>{t('admin.tokens.valid')}</Table.Th>
                <Table.Th>{t('admin.tokens.lastUsed')}</Table.Th>
                <Table.Th>
                  <span className="visually-hidden">{t('common.actions')}</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {tokens.map((token) => (
                <Row
                  key={token.id}
                  token={token}
                  owner={ownerOf(token)}
                  onDelete={() => void remove(token)}
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
        title={t('admin.tokens.new')}
        // A token that was just made is lost with a stray click.
        closeOnClickOutside={false}
      >
        {search.new === '1' && <TokenForm onClose={close} />}
      </Modal>
    </Stack>
  );
}

function Row({ token, owner, onDelete }: { token: Token; owner: string | undefined; onDelete: () => void }) {
  const { t } = useTranslation();
  const expired = token.expires_at != null && Date.parse(token.expires_at) < Date.now();
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={550}>
          {token.name}
        </Text>
        <Text size="xs" c="dimmed">
          {owner ? t('admin.tokens.of', { owner }) : t('admin.tokens.ofNobody')}
        </Text>
      </Table.Td>
      <Table.Td>
        {t(`common.role.${token.role}`)}{' '}
        {token.read_only && (
          <Badge color="gray" miw="max-content">
            {t('admin.tokens.readOnly')}
          </Badge>
        )}
      </Table.Td>
      <Table.Td maw={260}>
        <Text size="sm">{token.flows ? token.flows.join(', ') : t('admin.tokens.allFlows')}</Text>
      </Table.Td>
      <Table.Td>
        <StatusBadge
          color={expired ? 'red' : 'teal'}
          icon={expired ? IconClockX : IconCircleCheckFilled}
          label={
            token.expires_at
              ? t(expired ? 'admin.tokens.endedOn' : 'admin.tokens.until', {
                  day: formatDay(token.expires_at),
                })
              : t('admin.tokens.forever')
          }
        />
      </Table.Td>
      <Table.Td>
        {token.last_used_at ? (
          <Ago at={token.last_used_at} />
        ) : (
          <Text size="sm" c="dimmed">
            {t('admin.tokens.never')}
          </Text>
        )}
      </Table.Td>
      <Table.Td ta="end">
        <Button
          variant="subtle"
          color="red"
          aria-label={`${t('common.delete')}: ${token.name}`}
          onClick={onDelete}
        >
          {t('common.delete')}
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}
