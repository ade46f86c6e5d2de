import { Button, Group, Modal, PasswordInput, Stack, Table, Text, Textarea, TextInput } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, http, must } from '@/api/client';
import { pages } from '@/api/paging';
import { confirm } from '@/components/confirm';
import { More } from '@/components/More';
import { refused, told } from '@/components/notify';
import { SearchBox } from '@/components/SearchBox';
import { Empty, Failure, LoadingRows } from '@/components/States';
import { Ago } from '@/components/Time';
import { useAddress } from '@/lib/address';
import { who } from '@/lib/who';
import { NAME } from './variableValue';

export function Secrets({ mayChange }: { mayChange: boolean }) {
  const { t } = useTranslation();
  const [search, setSearch] = useAddress();
  const list = api.useInfiniteQuery(
    'get',
    '/api/v1/secrets',
    { params: { query: { text: search.text, limit: 100 } } },
    pages(),
  );
  const secrets = list.data?.pages.flatMap((page) => page.secrets) ?? [];
  const remove = async (name: string) => {
    const yes = await confirm({
      title: t('admin.secrets.deleteAsk', { name }),
      body: t('admin.secrets.deleteBody', { name: `secret.${name}` }),
      action: t('common.delete'),
      danger: true,
    });
    if (!yes) return;
    try {
      await must(http.DELETE('/api/v1/secrets/{name}', { params: { path: { name } } }));
      told(t('admin.secrets.deleted', { name }));
    } catch (error) {
      refused(error);
    }
    void list.refetch();
  };
  return (
    <Stack gap="md">
      {(secrets.length > 0 || search.text) && (
        <SearchBox value={search.text ?? ''} onChange={(text) => setSearch({ text })} />
      )}
      {list.isPending && <LoadingRows />}
      {list.isError && <Failure error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && secrets.length === 0 && (
        <Empty
          icon={<IconKey size={28} aria-hidden />}
          title={search.text ? t('admin.nothingFound') : t('admin.secrets.empty')}
          lead={search.text ? undefined : t('admin.secrets.emptyLead')}
        >
          {mayChange && !search.text && (
            <Button onClick={() => setSearch({ edit: '*' })}>{t('admin.secrets.new')}</Button>
          )}
        </Empty>
      )}
      {secrets.length > 0 && (
        <Table.ScrollContainer
          minWidth={480}
          type="native"
          tabIndex={0}
          role="region"
          aria-label={t('admin.secrets.title')}
        >
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('common.name')}</Table.Th>
                <Table.Th>{t('admin.value')}</Table.Th>
                <Table.Th>{t('admin.setAt')}</Table.Th>
                <Table.Th>{t('admin.setBy')}</Table.Th>
                <Table.Th>
                  <span className="visually-hidden">{t('common.actions')}</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {secrets.map((secret) => (
                <Table.Tr key={secret.name}>
                  <Table.Td>
                    <Text size="sm" fw={550}>
                      {secret.name}
                    </Text>
                    <Text size="xs" c="dimmed" ff="monospace">
                      secret.{secret.name}
                    </Text>
                  </Table.Td>
                  <Table.Td>
                    <Text size="sm" aria-label={t('admin.secrets.hidden')} component="span">
                      ••••••••
                    </Text>
                  </Table.Td>
                  <Table.Td>
                    <Ago at={secret.set_at} />
                  </Table.Td>
                  <Table.Td>{who(secret.set_by, t)}</Table.Td>
                  <Table.Td>
                    {mayChange && (
                      <Group gap={4} justify="flex-end" wrap="nowrap">
                        <Button
                          variant="subtle"
                          aria-label={t('admin.secrets.replaceNamed', { name: secret.name })}
                          onClick={() => setSearch({ edit: secret.name }, { push: true })}
                        >
                          {t('admin.secrets.replace')}
                        </Button>
                        <Button
                          variant="subtle"
                          color="red"
                          aria-label={`${t('common.delete')}: ${secret.name}`}
                          onClick={() => void remove(secret.name)}
                        >
                          {t('common.delete')}
                        </Button>
                      </Group>
                    )}
                  </Table.Td>
                </Table.Tr>
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
        title={
          search.edit === '*'
            ? t('admin.secrets.new')
            : t('admin.secrets.replaceNamed', { name: search.edit ?? '' })
        }
      >
        {search.edit && (
          <SecretForm
            key={search.edit}
            name={search.edit === '*' ? undefined : search.edit}
            taken={secrets.map((one) => one.name)}
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

function SecretForm({
  name: fixed,
  taken,
  onClose,
}: {
  name: string | undefined;
  taken: string[];
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [name, setName] = useState(fixed ?? '');
  const [value, setValue] = useState('');
  const [long, setLong] = useState(false);
  const set = api.useMutation('put', '/api/v1/secrets/{name}', {
    onSuccess: () => {
      told(t('admin.secrets.saved', { name }));
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    set.mutate({ params: { path: { name } }, body: { value } });
  };
  const isThere = fixed === undefined && taken.includes(name);
  const field = {
    label: t('admin.value'),
    description: t('admin.secrets.valueHint'),
    value,
    required: true,
    autoComplete: 'new-password',
    spellCheck: false,
    onChange: (event: { currentTarget: { value: string } }) => setValue(event.currentTarget.value),
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {fixed === undefined && (
          <TextInput
            label={t('common.name')}
            description={t('admin.nameHint')}
            value={name}
            required
            data-autofocus
            error={
              name !== '' && !NAME.test(name)
                ? t('admin.nameHint')
                : isThere
                  ? t('admin.secrets.isThere')
                  : undefined
            }
            onChange={(event) => setName(event.currentTarget.value)}
          />
        )}
        {long ? (
          <Textarea {...field} autosize minRows={4} maxRows={12} />
        ) : (
          <PasswordInput
            {...field}
            data-autofocus={fixed !== undefined || undefined}
            visibilityToggleButtonProps={{ 'aria-label': t('connections.form.showTyped') }}
          />
        )}
        {!long && (
          <Button size="compact-xs" variant="subtle" w="fit-content" onClick={() => setLong(true)}>
            {t('admin.secrets.lines')}
          </Button>
        )}
        {set.isError && <Failure error={set.error} compact />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={set.isPending} disabled={!NAME.test(name) || value === ''}>
            {t('common.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
