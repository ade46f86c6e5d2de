/** What a connector is for, how one signs in, and what its readme says. */
import { List, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Connector } from '@/api/catalogue';
import { Markdown } from '@/components/Markdown';
import { say } from '@/i18n';
import { useReadme, withoutTitle } from './readme';

export function Documentation({
  name,
  description,
  connector,
}: {
  name: string;
  description: string;
  connector: Connector | undefined;
}) {
  const { t } = useTranslation();
  const readme = useReadme(name);
  const text = withoutTitle(say(readme.data?.readme));
  return (
    <Stack gap="lg" maw={760}>
      <Text>{description}</Text>
      {connector && <WaysToSignIn connector={connector} />}
      {readme.isPending && <Skeleton h={160} />}
      {text.trim() && (
        <section>
          <Title order={2} size="h4" mb="xs">
            {t('connectors.readme')}
          </Title>
          <Markdown text={text} top={3} />
        </section>
      )}
    </Stack>
  );
}

function WaysToSignIn({ connector }: { connector: Connector }) {
  const { t } = useTranslation();
  return (
    <section>
      <Title order={2} size="h4" mb={4}>
        {t('connectors.signIn')}
      </Title>
      {connector.connection ? (
        <List size="sm" spacing={4}>
          {connector.connection.auth.map((way) => (
            <List.Item key={way.name}>
              <strong>{say(way.title)}</strong>
              {say(way.description) && ` – ${say(way.description)}`}
            </List.Item>
          ))}
        </List>
      ) : (
        <Text size="sm">{t('connectors.noConnection')}</Text>
      )}
    </section>
  );
}
