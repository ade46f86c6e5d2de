/** What stands beside the canvas where no step is chosen: what came in, and what came out. */
import { Anchor, Stack, Tabs, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { JsonView } from '@/components/JsonView';
import { Ago } from '@/components/Time';
import { formatBytes } from '@/lib/format';
import { incomingParts } from '../incoming/parts';
import type { RunView } from './merge';

export function RunSummary({ view }: { view: RunView }) {
  const { t } = useTranslation();
  return (
    <Stack gap="md">
      <Title order={2} size="h3">
        {t('runs.view.whole')}
      </Title>
      <Tabs defaultValue="in" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="in">{t('runs.view.cameIn')}</Tabs.Tab>
          <Tabs.Tab value="out">{t('runs.view.output')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="in" pt="sm">
          <Incoming view={view} />
        </Tabs.Panel>
        <Tabs.Panel value="out" pt="sm">
          <JsonView value={view.output ?? undefined} label={t('runs.view.output')} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

/** The trigger event of a run: its body first, then what it travelled with. */
export function Incoming({ view }: { view: Pick<RunView, 'id' | 'event'> }) {
  const { t } = useTranslation();
  const events = api.useQuery('get', '/api/v1/trigger-events', { params: { query: { run: view.id } } });
  const event = events.data?.events[0];
  const { main, rest } = incomingParts(view.event);
  return (
    <Stack gap="sm">
      {event && (
        <Text size="sm" c="dimmed">
          {t('runs.incoming.received')} <Ago at={event.received_at} />
          {event.duplicates > 0 && ` · ${t('runs.incoming.duplicates', { count: event.duplicates })}`}
        </Text>
      )}
      <JsonView value={main} label={t('runs.incoming.body')} height={460} />
      {event && event.kind === 'webhook' && (
        <Text size="xs">
          <Anchor href={`/api/v1/trigger-events/${event.id}/body`} size="xs" download>
            {t('runs.incoming.download')}
          </Anchor>
        </Text>
      )}
      {rest !== undefined && (
        <div>
          <Text size="xs" fw={550} c="dimmed" mb={2}>
            {t('runs.incoming.rest', { size: formatBytes(JSON.stringify(rest).length) })}
          </Text>
          <JsonView value={rest} label={t('runs.incoming.with')} height={300} />
        </div>
      )}
    </Stack>
  );
}
