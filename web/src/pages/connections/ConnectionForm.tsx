/** Makes a connection to one system, and tries it at once. Also shown over the step panel. */
import { Alert, Button, Divider, Group, Radio, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Connector, useConnector } from '@/api/catalogue';
import { http, must, problemOf } from '@/api/client';
import { isAboutConnections, useConnections } from '@/api/connections';
import type { FormData } from '@/components/form/localise';
import { Failure, LoadingRows } from '@/components/States';
import { say } from '@/i18n';
import { AuthoriseButton, RedirectAddress } from './Consent';
import { CredentialFields, type Values } from './CredentialFields';
import { authOf } from './catalogue';
import { faultsBelow, filled } from './fields';
import { type Connection, suggestName } from './health';
import { SettingsFields } from './SettingsFields';
import { type Shared, SharingField } from './SharingField';
import { Tested, useTest } from './Tested';

interface Props {
  connector: string;
  /** Called when it is there, working or not yet. */
  onDone: (name: string) => void;
  onCancel: () => void;
  /** Where the browser comes back to after a consent at the system; the connection's page unless said. */
  returnTo?: string;
}

export default function ConnectionForm(props: Props) {
  const { t } = useTranslation();
  const connector = useConnector(props.connector);
  const known = useConnections();
  if (connector.isPending || known.isPending) return <LoadingRows />;
  if (connector.isError) return <Failure error={connector.error} />;
  if (!connector.data?.connection) return <Text size="sm">{t('connections.form.noneNeeded')}</Text>;
  const taken = known.data?.map((one) => one.name) ?? [];
  return <Form {...props} system={connector.data} taken={taken} />;
}

function Form({
  system,
  taken,
  onDone,
  onCancel,
  returnTo,
}: Props & { system: Connector; taken: readonly string[] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const form = system.connection as NonNullable<Connector['connection']>;
  const [title, setTitle] = useState(say(system.title));
  const [typedName, setName] = useState<string>();
  const [auth, setAuth] = useState(form.auth[0]?.name);
  const [settings, setSettings] = useState<FormData>({});
  const [credentials, setCredentials] = useState<Values>({});
  const [shared, setShared] = useState<Shared>('editor');
  const [made, setMade] = useState<Connection>();
  const [saving, setSaving] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const suggestion = suggestName(title === say(system.title) ? system.name : title, taken);
  const name = made?.name ?? typedName ?? suggestion;
  const way = authOf(system, auth);
  const byConsent = way?.kind === 'oauth_code';
  const test = useTest(name);

  const write = async (): Promise<Connection> => {
    const values = { settings: { production: filled(settings) }, title, shared };
    const typed = filled(credentials);
    const given = Object.keys(typed).length > 0;
    if (!made) {
      const body = {
        ...values,
        name,
        connector: system.name,
        auth,
        ...(given && { credentials: { production: typed } }),
      };
      return must(http.POST('/api/v1/connections', { body: body as never }));
    }
    // It is there already: what was wrong is put right.
    const params = { path: { name } };
    const changed = await must(
      http.PATCH('/api/v1/connections/{name}', { params, body: { ...values, auth } as never }),
    );
    return given
      ? must(http.PUT('/api/v1/connections/{name}/credentials', { params, body: typed }))
      : changed;
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    // The form may stand within another one's page.
    event.stopPropagation();
    setSaving(true);
    setProblem(undefined);
    try {
      setMade(await write());
      await client.invalidateQueries({ predicate: isAboutConnections });
      if (!byConsent && form.test) await test.run();
      else if (!byConsent) onDone(name);
    } catch (error) {
      setProblem(error);
    } finally {
      setSaving(false);
    }
  };
  const faults = problem ? problemOf(problem).faults : undefined;
  const settingFaults = faultsBelow(faults, '/settings/production');
  const credentialFaults = faultsBelow(faults, '/credentials/production');
  const atFields = Object.keys(settingFaults).length + Object.keys(credentialFaults).length;
  const works = test.data?.ok === true && !test.isPending;
  // What came of it stands below a form that may be long.
  const outcome = useRef<HTMLDivElement>(null);
  const said = problem ?? test.data ?? (byConsent ? made : undefined);
  useEffect(() => {
    if (said) outcome.current?.scrollIntoView({ block: 'end' });
  }, [said]);

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {say(system.description)}
        </Text>
        {form.auth.length > 1 && (
          <Radio.Group
            label={t('connections.form.way')}
            value={auth}
            onChange={(next) => {
              setAuth(next);
              setCredentials({});
              test.reset();
            }}
          >
            <Stack gap="xs" mt={6}>
              {form.auth.map((one) => (
                <Radio.Card key={one.name} value={one.name} p="sm">
                  <Group wrap="nowrap" align="flex-start" gap="sm">
                    <Radio.Indicator size="xs" mt={2} />
                    <div>
                      <Text size="sm" fw={550}>
                        {say(one.title)}
                      </Text>
                      <Text size="xs" c="dimmed">
                        {say(one.description)}
                      </Text>
                    </div>
                  </Group>
                </Radio.Card>
              ))}
            </Stack>
          </Radio.Group>
        )}
        {way && (
          <section>
            <Title order={3} size="h4">
              {form.auth.length > 1 ? t('connections.form.credentials') : say(way.title)}
            </Title>
            <Text size="xs" c="dimmed" mb="xs">
              {form.auth.length > 1 ? t('connections.form.credentialsHint') : say(way.description)}
            </Text>
            <Stack gap="sm">
              {byConsent && <RedirectAddress value={made?.redirect_uri} />}
              <CredentialFields
                form={way}
                values={credentials}
                onChange={setCredentials}
                faults={credentialFaults}
                first={!byConsent}
              />
            </Stack>
          </section>
        )}
        <SettingsFields
          id="new"
          schema={form.settings}
          values={settings}
          onChange={setSettings}
          faults={settingFaults}
        />
        <Divider />
        <Group grow align="flex-start" gap="sm">
          <TextInput
            label={t('connections.form.titleLabel')}
            description={t('connections.form.titleHint')}
            value={title}
            onChange={(event) => setTitle(event.currentTarget.value)}
          />
          <TextInput
            label={t('connections.form.name')}
            description={t('connections.form.nameHint')}
            value={name}
            disabled={made !== undefined}
            error={
              problem && problemOf(problem).code.startsWith('name') ? say(problemOf(problem).text) : undefined
            }
            onChange={(event) => setName(event.currentTarget.value)}
          />
        </Group>
        <SharingField value={shared} onChange={setShared} />
        {problem !== undefined &&
          (atFields === 0 ? <Failure error={problem} compact /> : <FieldsWrong count={atFields} />)}
        {test.isError && <Failure error={test.error} compact />}
        {test.data && !test.isPending && <Tested result={test.data} />}
        {made && byConsent && (
          <Alert color="teal" variant="light" title={t('connections.consent.saved')}>
            <Stack gap="xs">
              <Text size="sm">{t('connections.consent.next')}</Text>
              <AuthoriseButton
                name={name}
                returnTo={returnTo ?? `/connections/${name}?consented=production`}
              />
            </Stack>
          </Alert>
        )}
        <Group justify="flex-end" gap="xs" ref={outcome}>
          {made ? (
            <Button variant={works ? 'filled' : 'default'} onClick={() => onDone(name)}>
              {works ? t('common.done') : t('connections.form.keepAnyway')}
            </Button>
          ) : (
            <Button variant="default" onClick={onCancel}>
              {t('common.cancel')}
            </Button>
          )}
          {!works && (
            <Button
              type="submit"
              loading={saving || test.isPending}
              variant={made && byConsent ? 'default' : 'filled'}
            >
              {byConsent || !form.test
                ? t('common.save')
                : made
                  ? t('connections.form.saveAndTestAgain')
                  : t('connections.form.saveAndTest')}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}

function FieldsWrong({ count }: { count: number }) {
  const { t } = useTranslation();
  return (
    <Alert color="red" variant="light" role="alert">
      {t('connections.form.fieldsWrong', { count })}
    </Alert>
  );
}
