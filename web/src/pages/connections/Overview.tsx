/** How a connection is doing, and the facts about it. */
import { Alert, Card, Group, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheckFilled, IconClockPause, IconLock } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Connector } from '@/api/catalogue';
import { useCan } from '@/api/session';
import { CopyField } from '@/components/CopyField';
import { Ago } from '@/components/Time';
import { say } from '@/i18n';
import { formatAgo, formatTime } from '@/lib/format';
import { who } from '@/lib/who';
import { AuthoriseButton, RedirectAddress } from './Consent';
import { authOf } from './catalogue';
import { HealthBadge } from './HealthBadge';
import { type Connection, healthOf, missingCredentials } from './health';

export function Overview({
  connection,
  connector,
  consented,
}: {
  connection: Connection;
  connector: Connector | undefined;
  /** The environment for which somebody just came back from the system. */
  consented: string | undefined;
}) {
  const { t } = useTranslation();
  return (
    <Stack gap="md">
      <CameBack connection={connection} consented={consented} />
      <Trouble connection={connection} connector={connector} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <Health connection={connection} connector={connector} />
        <Facts connection={connection} connector={connector} />
      </SimpleGrid>
      <Webhook connection={connection} title={say(connector?.title) || connection.connector} />
      {connection.redirect_uri && (
        <Card>
          <Title order={2} size="h4" mb="xs">
            {t('connections.consent.title')}
          </Title>
          <RedirectAddress value={connection.redirect_uri} />
        </Card>
      )}
    </Stack>
  );
}

function CameBack({ connection, consented }: { connection: Connection; consented: string | undefined }) {
  const { t } = useTranslation();
  if (consented !== 'production' && consented !== 'test') return null;
  return connection.environments[consented]?.consented_at ? (
    <Alert color="teal" variant="light" role="status" icon={<IconCircleCheckFilled size={18} />}>
      {t('connections.consent.done')}
    </Alert>
  ) : (
    <Alert color="orange" variant="light" role="alert" icon={<IconLock size={18} />}>
      {t('connections.consent.notDone')}
    </Alert>
  );
}

/** What is wrong and what to do about it; nothing while all is well. */
function Trouble({ connection, connector }: { connection: Connection; connector: Connector | undefined }) {
  const { t } = useTranslation();
  const mayEdit = useCan('editor');
  const form = authOf(connector, connection.auth);
  const health = healthOf(connection, form, useNow(connection.paused_until));
  const authorise = mayEdit && form?.kind === 'oauth_code' && (
    <AuthoriseButton
      name={connection.name}
      again={health === 'failing'}
      returnTo={`/connections/${connection.name}?consented=production`}
    />
  );
  if (health === 'paused') {
    return (
      <Alert
        color="orange"
        variant="light"
        icon={<IconClockPause size={18} />}
        title={t('connections.pausedTitle')}
      >
        <Text size="sm">
          {t('connections.pausedWhy', { when: formatAgo(connection.paused_until as string) })}
        </Text>
        <Text size="sm">{say(connection.last_error?.message)}</Text>
      </Alert>
    );
  }
  if (health === 'failing') {
    return (
      <Alert
        color="red"
        variant="light"
        icon={<IconAlertTriangle size={18} />}
        title={t('connections.failingTitle', { when: formatAgo(connection.last_error?.at as string) })}
      >
        <Stack gap="xs">
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {say(connection.last_error?.message)}
          </Text>
          {authorise}
        </Stack>
      </Alert>
    );
  }
  if (health === 'unfinished') {
    const missing = missingCredentials(connection, form);
    return (
      <Alert color="orange" variant="light" icon={<IconAlertTriangle size={18} />}>
        {t('connections.unfinished', { count: missing.length, fields: missing.join(', ') })}
      </Alert>
    );
  }
  if (health === 'unauthorised') {
    return (
      <Alert
        color="orange"
        variant="light"
        icon={<IconLock size={18} />}
        title={t('connections.consent.missing')}
      >
        <Stack gap="xs">
          {/* Why it did not come about the last time. */}
          {connection.last_error && <Text size="sm">{say(connection.last_error.message)}</Text>}
          {authorise}
        </Stack>
      </Alert>
    );
  }
  return null;
}

/** The time now, counted on until a pause is over. */
function useNow(until: string | null | undefined) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    setNow(Date.now());
    if (!until || Date.parse(until) < Date.now()) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [until]);
  return now;
}

function Health({ connection, connector }: { connection: Connection; connector: Connector | undefined }) {
  const { t } = useTranslation();
  const health = healthOf(connection, authOf(connector, connection.auth));
  return (
    <FactCard title={t('connections.healthTitle')}>
      <Fact label={t('common.status')}>
        <HealthBadge health={health} />
      </Fact>
      <Fact label={t('connections.lastOk')}>
        <Ago at={connection.last_ok_at} />
      </Fact>
      <Fact label={t('connections.lastUsed')}>
        <Ago at={connection.last_used_at} />
      </Fact>
      <Fact label={t('connections.lastError')}>
        {connection.last_error ? (
          <>
            <Ago at={connection.last_error.at} />
            {/* While it fails, the message stands above. */}
            {health !== 'failing' && (
              <Text size="xs" style={{ overflowWrap: 'anywhere' }}>
                {say(connection.last_error.message)}
              </Text>
            )}
          </>
        ) : (
          <Text size="sm" c="dimmed">
            {t('common.none')}
          </Text>
        )}
      </Fact>
    </FactCard>
  );
}

function Facts({ connection, connector }: { connection: Connection; connector: Connector | undefined }) {
  const { t } = useTranslation();
  const form = authOf(connector, connection.auth);
  const { production, test } = connection.environments;
  return (
    <FactCard title={t('connections.facts')}>
      <Fact label={t('connections.owner')}>{who(connection.owner, t)}</Fact>
      <Fact label={t('connections.sharing.column')}>
        {t(`connections.sharing.short.${connection.shared}`)}
      </Fact>
      <Fact label={t('connections.form.wayLabel')}>{say(form?.title) || connection.auth || '–'}</Fact>
      <Fact label={t('connections.environments')}>
        {[production && t('connections.environment.production'), test && t('connections.environment.test')]
          .filter(Boolean)
          .join(', ') || '–'}
      </Fact>
      <Fact label={t('common.changed')}>
        {formatTime(connection.changed_at)} · {who(connection.changed_by, t)}
      </Fact>
    </FactCard>
  );
}

function FactCard({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Card>
      <Title order={2} size="h4" mb="xs">
        {title}
      </Title>
      <Table withRowBorders={false} verticalSpacing={4} horizontalSpacing={0} highlightOnHover={false}>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Card>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th w={130} fw={400} style={{ verticalAlign: 'top' }}>
        <Text size="sm" c="dimmed">
          {label}
        </Text>
      </Table.Th>
      <Table.Td>{children}</Table.Td>
    </Table.Tr>
  );
}

function Webhook({ connection, title }: { connection: Connection; title: string }) {
  const { t } = useTranslation();
  if (!connection.webhook_path) return null;
  return (
    <Card>
      <Title order={2} size="h4" mb="xs">
        {t('connections.webhook.title')}
      </Title>
      <Stack gap="xs">
        <CopyField
          label={t('connections.webhook.address')}
          description={t('connections.webhook.hint', { system: title })}
          value={connection.webhook_url ?? `${location.origin}${connection.webhook_path}`}
        />
        {!connection.webhook_url && (
          <Group gap="xs">
            <Text size="xs" c="dimmed">
              {t('connections.webhook.noPublic')}
            </Text>
          </Group>
        )}
      </Stack>
    </Card>
  );
}
