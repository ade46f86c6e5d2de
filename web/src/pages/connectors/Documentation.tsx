/** What a connector is for and how one signs in. */
import { List, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { say } from '@/i18n';
import type { Connector } from '../connections/catalogue';

export function Documentation({
  description,
  connector,
}: {
  name: string;
  description: string;
  connector: Connector | undefined;
}) {
  const { t } = useTranslation();
  const ways = connector?.connection?.auth ?? [];
  return (
    <Stack gap="lg" maw={760}>
      <Text>{description}</Text>
      {connector && (
        <section>
          <Title order={2} size="h4" mb={4}>
            {t('connectors.signIn')}
          </Title>
          {!connector.connection ? (
            <Text size="sm">{t('connectors.noConnection')}</Text>
          ) : (
            <List size="sm" spacing={4}>
              {ways.map((way) => (
                <List.Item key={way.name}>
                  <strong>{say(way.title)}</strong>
                  {say(way.description) && ` – ${say(way.description)}`}
                </List.Item>
              ))}
            </List>
          )}
        </section>
      )}
    </Stack>
  );
}
