/** What is set, where from, and the few things that may be changed while it runs. */
import {
  Badge,
  Button,
  Card,
  Code,
  Group,
  SimpleGrid,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { http, type Problem, type Schemas } from '@/api/client';
import { type Tagged, tagged } from '@/api/tagged';
import { told } from '@/components/notify';
import { SearchBox } from '@/components/SearchBox';
import { Failure, LoadingRows } from '@/components/States';
import { say } from '@/i18n';
import { useAddress } from '@/lib/address';

type Setting = Schemas['Setting'];
const KEY = ['get', '/api/v1/settings', {}, 'tagged'];
/** The settings that `PATCH /settings` takes. */
const CHANGEABLE = ['keep', 'audit_keep'] as const;

export function SettingsList() {
  const { t } = useTranslation();
  const [search, setSearch] = useAddress();
  const query = useQuery<Tagged<Schemas['Settings']>, Problem>({
    queryKey: KEY,
    queryFn: ({ signal }) => tagged(http.GET('/api/v1/settings', { signal })),
  });
  if (query.isPending) return <LoadingRows />;
  if (query.isError) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  const { settings } = query.data.data;
  const text = (search.text ?? '').trim().toLowerCase();
  const shown = settings.filter((one) =>
    [one.name, one.env, say(one.description), one.value ?? ''].some((value) =>
      value.toLowerCase().includes(text),
    ),
  );
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        {CHANGEABLE.map((name) => {
          const setting = settings.find((one) => one.name === name);
          return (
            setting && (
              <Keep key={`${name} ${setting.value}`} name={name} setting={setting} etag={query.data.etag} />
            )
          );
        })}
      </SimpleGrid>
      <section>
        <Group justify="space-between" mb="xs">
          <div>
            <Title order={2} size="h4">
              {t('admin.settings.all')}
            </Title>
            <Text size="sm" c="dimmed">
              {t('admin.settings.allLead')}
            </Text>
          </div>
          <SearchBox value={search.text ?? ''} onChange={(text) => setSearch({ text })} />
        </Group>
        <Table.ScrollContainer
          minWidth={680}
          type="native"
          tabIndex={0}
          role="region"
          aria-label={t('admin.settings.all')}
        >
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('admin.settings.setting')}</Table.Th>
                <Table.Th>{t('admin.value')}</Table.Th>
                <Table.Th>{t('admin.settings.source')}</Table.Th>
                <Table.Th>{t('admin.settings.variable')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map((one) => (
                <Row key={one.name} setting={one} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </section>
    </Stack>
  );
}

function Row({ setting }: { setting: Setting }) {
  const { t } = useTranslation();
  return (
    <Table.Tr>
      <Table.Td maw={420}>
        <Text size="sm" fw={550}>
          {setting.name}
        </Text>
        <Text size="xs" c="dimmed">
          {say(setting.description)}
        </Text>
      </Table.Td>
      <Table.Td maw={240}>
        {setting.value == null ? (
          <Text size="sm" c="dimmed">
            {t('admin.settings.notSet')}
          </Text>
        ) : (
          <Text size="xs" ff="monospace" miw={130} style={{ overflowWrap: 'anywhere' }}>
            {setting.value}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Badge miw="max-content" color={setting.source === 'default' ? 'gray' : 'harbour'}>
          {t(`admin.settings.sources.${setting.source}`)}
        </Badge>
      </Table.Td>
      <Table.Td>
        <Code fz="xs">{setting.env}</Code>
      </Table.Td>
    </Table.Tr>
  );
}

function Keep({
  name,
  setting,
  etag,
}: {
  name: (typeof CHANGEABLE)[number];
  setting: Setting;
  etag: string | undefined;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [value, setValue] = useState(setting.value ?? '');
  const write = useMutation({
    mutationFn: (next: string | null) => {
      const params = { header: { 'If-Match': etag ?? '*' } };
      return tagged(http.PATCH('/api/v1/settings', { params: params as never, body: { [name]: next } }));
    },
    onSuccess: (saved) => {
      client.setQueryData(KEY, saved);
      told(t('admin.settings.saved'));
    },
    // Somebody else may have been faster: what counts now is shown.
    onError: () => client.invalidateQueries({ queryKey: KEY }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    write.mutate(value);
  };
  return (
    <Card component="form" onSubmit={submit}>
      <TextInput
        label={t(`admin.settings.${name}`)}
        description={
          setting.changeable
            ? t(`admin.settings.hints.${name}`, { standard: setting.default })
            : t('admin.settings.fixed', { env: setting.env })
        }
        value={value}
        disabled={!setting.changeable}
        onChange={(event) => setValue(event.currentTarget.value)}
      />
      {write.isError && <Failure error={write.error} compact />}
      {setting.changeable && (
        <Group justify="flex-end" gap="xs" mt="sm">
          {setting.source === 'stored' && (
            <Button variant="subtle" onClick={() => write.mutate(null)}>
              {t('admin.settings.backToDefault')}
            </Button>
          )}
          <Button type="submit" loading={write.isPending} disabled={value === setting.value || value === ''}>
            {t('common.save')}
          </Button>
        </Group>
      )}
    </Card>
  );
}
