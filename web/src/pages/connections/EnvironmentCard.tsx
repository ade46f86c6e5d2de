/** A connection's values for production, or for tests. */

import { Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconPlugConnected, IconPlus } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Connector } from '@/api/catalogue';
import { http, problemOf } from '@/api/client';
import { tagged } from '@/api/tagged';
import { confirm } from '@/components/confirm';
import type { FormData } from '@/components/form/localise';
import { Failure } from '@/components/States';
import { AuthoriseButton, ConsentState } from './Consent';
import { CredentialFields, type Values } from './CredentialFields';
import { authOf } from './catalogue';
import { faultsBelow, filled } from './fields';
import type { EnvironmentName } from './health';
import { SettingsFields } from './SettingsFields';
import type { PartProps } from './SettingsTab';
import { Tested, useTest } from './Tested';

type Props = PartProps & { environment: EnvironmentName; connector: Connector };

export function EnvironmentCard({ environment, connector, base, onSaved, readOnly }: Props) {
  const { t } = useTranslation();
  const connection = base.data;
  const name = connection.name;
  const values = connection.environments[environment];
  const way = authOf(connector, connection.auth);
  const test = useTest(name);
  const [begun, setBegun] = useState(environment === 'production');
  const [settings, setSettings] = useState<FormData>((values?.settings as FormData | null) ?? {});
  const [credentials, setCredentials] = useState<Values>({});

  const before = JSON.stringify(values?.settings ?? {});
  const settingsChanged =
    JSON.stringify(filled(settings)) !== JSON.stringify(filled(JSON.parse(before) as FormData));
  const typed = filled(credentials);
  const changed = settingsChanged || Object.keys(typed).length > 0;

  const attempt = useMutation({
    mutationFn: (write: () => Promise<PartProps['base']>) => write(),
    onSuccess: onSaved,
  });
  const save = () =>
    attempt.mutate(async () => {
      let now = base;
      const path = { name };
      if (settingsChanged) {
        const body = { settings: { [environment]: filled(settings) } } as never;
        const params = { path, header: { 'If-Match': now.etag } };
        now = await tagged(http.PATCH('/api/v1/connections/{name}', { params, body }));
      }
      if (Object.keys(typed).length > 0) {
        const params = { path, query: { environment }, header: { 'If-Match': now.etag } };
        now = await tagged(http.PUT('/api/v1/connections/{name}/credentials', { params, body: typed }));
      }
      return now;
    });
  const remove = async () => {
    const yes = await confirm({
      title: t('connections.testValues.removeAsk'),
      body: t('connections.testValues.removeBody'),
      action: t('common.remove'),
      danger: true,
    });
    if (!yes) return;
    attempt.mutate(async () => {
      const path = { name };
      const body = { settings: { [environment]: null } };
      const now = await tagged(
        http.PATCH('/api/v1/connections/{name}', {
          params: { path, header: { 'If-Match': base.etag } },
          body,
        }),
      );
      const none = Object.fromEntries((values?.credentials ?? []).map((field) => [field, null]));
      if (Object.keys(none).length === 0) return now;
      const params = { path, query: { environment }, header: { 'If-Match': now.etag } };
      return tagged(http.PUT('/api/v1/connections/{name}/credentials', { params, body: none }));
    });
  };

  const head = (
    <>
      <Title order={2} size="h4">
        {t(`connections.valuesFor.${environment}`)}
      </Title>
      <Text size="xs" c="dimmed" mb="sm">
        {t(`connections.valuesHint.${environment}`)}
      </Text>
    </>
  );
  if (!values && !begun) {
    return (
      <Card>
        {head}
        {!readOnly && (
          <Button
            variant="default"
            w="fit-content"
            leftSection={<IconPlus size={14} />}
            onClick={() => setBegun(true)}
          >
            {t('connections.testValues.add')}
          </Button>
        )}
      </Card>
    );
  }
  const faults = attempt.isError ? problemOf(attempt.error).faults : undefined;
  return (
    <Card>
      {head}
      <fieldset
        disabled={readOnly || attempt.isPending}
        style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}
      >
        <Stack gap="md">
          <SettingsFields
            id={environment}
            schema={connector.connection?.settings}
            values={settings}
            onChange={setSettings}
            faults={faultsBelow(faults, `/settings/${environment}`)}
            all
          />
          {way && (
            <CredentialFields
              form={way}
              values={credentials}
              onChange={setCredentials}
              stored={values?.credentials}
              storedAt={values?.credentials_changed_at}
              faults={faultsBelow(faults, '/credentials')}
            />
          )}
        </Stack>
      </fieldset>
      {way?.kind === 'oauth_code' && values && (
        <Stack gap="xs" mt="md">
          <ConsentState connection={connection} environment={environment} />
          {!readOnly && (
            <AuthoriseButton
              name={name}
              environment={environment}
              again={Boolean(values.consented_at)}
              returnTo={`/connections/${name}?consented=${environment}`}
            />
          )}
        </Stack>
      )}
      {attempt.isError && <Failure error={attempt.error} compact />}
      {test.isError && <Failure error={test.error} compact />}
      {test.data && !test.isPending && !changed && <Tested result={test.data} />}
      {!readOnly && (
        <Group justify="space-between" mt="md" gap="xs">
          {values && connector.connection?.test ? (
            <Button
              variant="default"
              leftSection={<IconPlugConnected size={14} />}
              // What is tried is what is saved.
              disabled={changed}
              loading={test.isPending}
              onClick={() => void test.run(environment)}
            >
              {t('connections.test.button')}
            </Button>
          ) : (
            <span />
          )}
          <Group gap="xs">
            {environment === 'test' && values && (
              <Button variant="subtle" color="red" onClick={() => void remove()}>
                {t('common.remove')}
              </Button>
            )}
            <Button disabled={!changed} loading={attempt.isPending} onClick={save}>
              {t('common.save')}
            </Button>
          </Group>
        </Group>
      )}
    </Card>
  );
}
