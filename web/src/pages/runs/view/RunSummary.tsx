/** What stands beside the canvas where no step is chosen: what came in, and what came out. */
import { Stack, Tabs, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { JsonView } from '@/components/JsonView';
import { EventParts } from '../incoming/EventParts';
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

/** The trigger event of a run; of a resume or replay, that of the run before. */
export function Incoming({ view }: { view: Pick<RunView, 'id' | 'event'> }) {
  const events = api.useQuery('get', '/api/v1/trigger-events', { params: { query: { run: view.id } } });
  return <EventParts event={view.event} of={events.data?.events[0]} />;
}
