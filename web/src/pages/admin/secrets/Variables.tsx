import { Badge, Button, Group, Modal, Stack, Table, Text } from '@mantine/core';
import { IconVariable } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { api, http, must, type Schemas } from '@/api/client';
import { pages } from '@/api/paging';
import { confirm } from '@/components/confirm';
import { More } from '@/components/More';
import { refused, told } from '@/components/notify';
import { SearchBox } from '@/components/SearchBox';
import { Empty, Failure, LoadingRows } from '@/components/States';
import { Ago } from '@/components/Time';
import { useAddress } from '@/lib/address';
import { who } from '@/lib/who';
import { shown } from '../audit/changes';
import { VariableForm } from './VariableForm';
import { kindOf } from './variableValue';

export function Variables({ mayChange }: { mayChange: boolean }) {
  const { t } = useTranslation();
  const [search, setSearch] = useAddress();
  const list = api.useInfiniteQuery(
    'get',
    '/api/v1/variables',
    { params: { query: { text: search.text, limit: 100 } } },
    pages(),
  );
  const variables = list.data?.pages.flatMap((page) => page.variables) ?? [];
  const remove = async (name: string) => {
    const yes = await confirm({
      title: t('admin.variables.deleteAsk', { name }),
      body: t('admin.variables.deleteBody', { name: `vars.${name}` }),
      action: t('common.delete'),
      danger: true,
    });
    if (!yes) return;
    try {
      await must(http.DELETE('/api/v1/variables/{name}', { params: { path: { name } } }));
      told(t('admin.variables.deleted', { name }));
    } catch (error) {
      refused(error);
    }
    void list.refetch();
  };
  return (
    <Stack gap="md">
      {(variables.length > 0 || search.text) && (
        <SearchBox value={search.text ?? ''} onChange={(text) => setSearch({ text })} />
      )}
      {list.isPending && <LoadingRows />}
      {list.isError && <Failure error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && variables.length === 0 && (
        <Empty
          icon={<IconVariable size={28} aria-hidden />}
          title={search.text ? t('admin.nothingFound') : t('admin.variables.empty')}
          lead={search.text ? undefined : t('admin.variables.emptyLead')}
        >
          {mayChange && !search.text && (
            <Button onClick={() => setSearch({ edit: '*' })}>{t('admin.variables.new')}</Button>
          )}
        </Empty>
      )}
      {variables.length > 0 && (
        <Table.ScrollContainer
          minWidth={560}
          type="native"
          tabIndex={0}
          role="region"
          aria-label={t('admin.variables.title')}
        >
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('common.name')}</Table.Th>
                <Table.Th>{t('admin.variables.kind')}</Table.Th>
                <Table.Th>{t('admin.value')}</Table.Th>
                <Table.Th>{t('admin.setAt')}</Table.Th>
                <Table.Th>
                  <span className="visually-hidden">{t('common.actions')}</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {variables.map((variable) => (
                <Row
                  key={variable.name}
                  variable={variable}
                  mayChange={mayChange}
                  onEdit={() => setSearch({ edit: variable.name }, { push: true })}
                  onDelete={() => void remove(variable.name)}
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
        opened={mayChange && search.edit !== undefined}
        onClose={() => setSearch({ edit: '' })}
        size="lg"
        title={search.edit === '*' ? t('admin.variables.new') : `vars.${search.edit ?? ''}`}
      >
        {search.edit && (
          <VariableForm
            key={search.edit}
            name={search.edit === '*' ? undefined : search.edit}
            onClose={() => {
              setSearch({ edit: '' });
              void list.refetch();
            }}
          />
        )}
      </Modal>
    </Stack>
  );
}

function Row({
  variable,
  mayChange,
  onEdit,
  onDelete,
}: {
  variable: Schemas['Variable'];
  mayChange: boolean;
  onEdit: () => void;
  onDelete: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={550}>
          {variable.name}
        </Text>
        <Text size="xs" c="dimmed" ff="monospace">
          vars.{variable.name}
        </Text>
      </Table.Td>
      <Table.Td>
        <Badge color="gray" miw="max-content">
          {t(`admin.variables.kinds.${kindOf(variable.value)}`)}
        </Badge>
      </Table.Td>
      <Table.Td maw={420}>
        <Text size="xs" ff="monospace" miw={160} style={{ overflowWrap: 'anywhere' }}>
          {shown(variable.value, 160)}
        </Text>
      </Table.Td>
      <Table.Td>
        <Ago at={variable.set_at} />
        <Text size="xs" c="dimmed">
          {who(variable.set_by, t)}
        </Text>
      </Table.Td>
      <Table.Td>
        {mayChange && (
          <Group gap={4} justify="flex-end" wrap="nowrap">
            <Button variant="subtle" aria-label={`${t('common.edit')}: ${variable.name}`} onClick={onEdit}>
              {t('common.edit')}
            </Button>
            <Button
              variant="subtle"
              color="red"
              aria-label={`${t('common.delete')}: ${variable.name}`}
              onClick={onDelete}
            >
              {t('common.delete')}
            </Button>
          </Group>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
