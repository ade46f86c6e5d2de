/** Signing in by somebody's consent (OAuth 2): the address to register, and the way to the system and back. */
import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconExternalLink, IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { CopyField } from '@/components/CopyField';
import { Failure } from '@/components/States';
import { formatAgo } from '@/lib/format';
import { who } from '@/lib/who';
import type { Connection, EnvironmentName } from './health';

export function RedirectAddress({ value }: { value: string | null | undefined }) {
  const { t } = useTranslation();
  return (
    <CopyField
      label={t('connections.consent.redirect')}
      description={t('connections.consent.redirectHint')}
      value={value ?? `${location.origin}/oauth/callback`}
    />
  );
}

/** Leads this page to the system; it comes back to `returnTo`. */
export function AuthoriseButton({
  name,
  environment = 'production',
  returnTo,
  again,
}: {
  name: string;
  environment?: EnvironmentName;
  returnTo: string;
  again?: boolean;
}) {
  const { t } = useTranslation();
  const ask = api.useMutation('post', '/api/v1/connections/{name}/consent', {
    onSuccess: ({ authorize_url }) => location.assign(authorize_url),
  });
  return (
    <Stack gap="xs">
      <Button
        w="fit-content"
        variant={again ? 'default' : 'filled'}
        leftSection={<IconExternalLink size={14} />}
        loading={ask.isPending || ask.isSuccess}
        onClick={() => ask.mutate({ params: { path: { name } }, body: { environment, return_to: returnTo } })}
      >
        {again ? t('connections.consent.again') : t('connections.consent.authorise')}
      </Button>
      {ask.isError && <Failure error={ask.error} compact />}
    </Stack>
  );
}

export function ConsentState({
  connection,
  environment,
}: {
  connection: Connection;
  environment: EnvironmentName;
}) {
  const { t } = useTranslation();
  const values = connection.environments[environment];
  if (!values?.consented_at) {
    return (
      <Alert color="orange" variant="light" icon={<IconLock size={18} />}>
        {t('connections.consent.missing')}
      </Alert>
    );
  }
  return (
    <Text size="sm">
      {t('connections.consent.given', {
        when: formatAgo(values.consented_at),
        who: who(values.consented_by, t),
      })}
    </Text>
  );
}
