import { Badge, Stack, Text, Title } from '@mantine/core';
import { IconBolt, IconRefresh } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type Connector, useConnectorTrigger } from '@/api/catalogue';
import type { Schemas } from '@/api/client';
import { Failure, LoadingRows } from '@/components/States';
import { say } from '@/i18n';
import { spanWords } from '../admin/settings/spanWords';
import { SchemaTable } from './SchemaTable';
import { Unfolding } from './Unfolding';

export function Triggers({ connector }: { connector: Connector }) {
  const { t } = useTranslation();
  return (
    <Unfolding
      items={connector.triggers ?? []}
      searchLabel={t('connectors.searchTriggers')}
      badges={(one) => (
        <Badge
          color="gray"
          leftSection={
            one.way === 'poll' ? <IconRefresh size={12} aria-hidden /> : <IconBolt size={12} aria-hidden />
          }
        >
          {t(`connectors.way.${one.way}`)}
        </Badge>
      )}
    >
      {(one) => <Detail connector={connector.name} trigger={one} />}
    </Unfolding>
  );
}

function Detail({ connector, trigger }: { connector: string; trigger: Schemas['TriggerSummary'] }) {
  const { t } = useTranslation();
  const whole = useConnectorTrigger(connector, trigger.name);
  return (
    <Stack gap="md">
      <Text size="sm" maw={760}>
        {say(trigger.description)}
      </Text>
      <Text size="sm" c="dimmed">
        {trigger.way === 'poll'
          ? t('connectors.wayMeans.poll', { every: spanWords(whole.data?.every ?? '5m') })
          : t('connectors.wayMeans.webhook')}
      </Text>
      {whole.isPending && <LoadingRows rows={3} />}
      {whole.isError && <Failure error={whole.error} compact />}
      {whole.data && (
        <>
          {trigger.way === 'poll' && (
            <section>
              <Title order={3} size="h4" mb={4}>
                {t('connectors.pollInput')}
              </Title>
              <SchemaTable schema={whole.data.input} label={t('connectors.pollInput')} />
            </section>
          )}
          <section>
            <Title order={3} size="h4" mb={4}>
              {t('connectors.event')}
            </Title>
            <SchemaTable schema={whole.data.output} label={t('connectors.event')} />
          </section>
        </>
      )}
    </Stack>
  );
}
