/** What can be changed of a connection: how it is called and shared, and its values for production and for tests. */
import { Alert, Button, Card, Group, SimpleGrid, Stack, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Connector } from '@/api/catalogue';
import { http } from '@/api/client';
import { isAboutConnections } from '@/api/connections';
import { type Tagged, tagged } from '@/api/tagged';
import { told } from '@/components/notify';
import { Failure } from '@/components/States';
import { EnvironmentCard } from './EnvironmentCard';
import type { Connection } from './health';
import { SharingField } from './SharingField';
import { WayCard } from './WayCard';

interface Props {
  current: Tagged<Connection>;
  connector: Connector;
  readOnly: boolean;
}

export function SettingsTab({ current, connector, readOnly }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  // What is edited stays what it was when the editing began, also while news come in.
  const [base, setBase] = useState(current);
  const saved = async (next: Tagged<Connection>) => {
    setBase(next);
    told(t('connections.saved'));
    await client.invalidateQueries({ predicate: isAboutConnections });
  };
  const parts = { base, onSaved: saved, readOnly };
  const stale = current.data.revision > base.data.revision;
  return (
    <Stack gap="md">
      {stale && (
        <Alert color="orange" variant="light" role="alert" title={t('connections.stale')}>
          <Button size="compact-xs" variant="default" onClick={() => setBase(current)}>
            {t('connections.loadAnew')}
          </Button>
        </Alert>
      )}
      <General key={`general ${base.data.title} ${base.data.shared}`} {...parts} />
      <WayCard key={`way ${base.data.auth}`} connector={connector} {...parts} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        {(['production', 'test'] as const).map((environment) => {
          const values = base.data.environments[environment];
          return (
            <EnvironmentCard
              // Its own fields are filled anew only where they were saved.
              key={`${environment} ${base.data.auth} ${values?.settings_changed_at} ${values?.credentials_changed_at}`}
              environment={environment}
              connector={connector}
              {...parts}
            />
          );
        })}
      </SimpleGrid>
    </Stack>
  );
}

export interface PartProps {
  base: Tagged<Connection>;
  onSaved: (next: Tagged<Connection>) => Promise<void>;
  readOnly: boolean;
}

function General({ base, onSaved, readOnly }: PartProps) {
  const { t } = useTranslation();
  const connection = base.data;
  const [title, setTitle] = useState(connection.title);
  const [shared, setShared] = useState(connection.shared);
  const changed = title !== connection.title || shared !== connection.shared;
  const save = useMutation({
    mutationFn: () => {
      const params = { path: { name: connection.name }, header: { 'If-Match': base.etag } };
      return tagged(http.PATCH('/api/v1/connections/{name}', { params, body: { title, shared } }));
    },
    onSuccess: onSaved,
  });
  return (
    <Card>
      <Title order={2} size="h4" mb="sm">
        {t('connections.general')}
      </Title>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <TextInput
          label={t('connections.form.titleLabel')}
          description={t('connections.form.titleHint')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={title}
          disabled={readOnly}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <SharingField value={shared} onChange={setShared} disabled={readOnly} />
      </SimpleGrid>
      {save.isError && <Failure error={save.error} compact />}
      {!readOnly && (
        <Group justify="flex-end" mt="sm">
          <Button disabled={!changed} loading={save.isPending} onClick={() => save.mutate()}>
            {t('common.save')}
          </Button>
        </Group>
      )}
    </Card>
  );
}
