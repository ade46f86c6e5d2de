/** The way to sign in, where the connector has several: another one forgets the credentials of the one before. */
import { Button, Card, Group, Select, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Connector } from '@/api/catalogue';
import { http } from '@/api/client';
import { tagged } from '@/api/tagged';
import { confirm } from '@/components/confirm';
import { Failure } from '@/components/States';
import { say } from '@/i18n';
import { authOf } from './catalogue';
import type { PartProps } from './SettingsTab';

export function WayCard({ base, onSaved, readOnly, connector }: PartProps & { connector: Connector }) {
  const { t } = useTranslation();
  const ways = connector.connection?.auth ?? [];
  const [auth, setAuth] = useState(base.data.auth ?? null);
  const [problem, setProblem] = useState<unknown>();
  if (ways.length < 2) return null;
  const change = async () => {
    const yes = await confirm({
      title: t('connections.way.ask'),
      body: t('connections.way.askBody'),
      action: t('connections.way.change'),
      danger: true,
    });
    if (!yes) return;
    setProblem(undefined);
    try {
      const params = { path: { name: base.data.name }, header: { 'If-Match': base.etag } };
      await onSaved(await tagged(http.PATCH('/api/v1/connections/{name}', { params, body: { auth } })));
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <Card>
      <Title order={2} size="h4" mb="sm">
        {t('connections.form.wayLabel')}
      </Title>
      <Group align="flex-end" gap="xs">
        <Select
          flex="0 1 320px"
          aria-label={t('connections.form.wayLabel')}
          data={ways.map((way) => ({ value: way.name, label: say(way.title) }))}
          value={auth}
          disabled={readOnly}
          allowDeselect={false}
          onChange={setAuth}
        />
        {auth !== base.data.auth && (
          <Button variant="default" onClick={() => void change()}>
            {t('connections.way.change')}
          </Button>
        )}
      </Group>
      <Text size="xs" c="dimmed" mt={6}>
        {say(authOf(connector, auth)?.description)}
      </Text>
      {problem !== undefined && <Failure error={problem} compact />}
    </Card>
  );
}
