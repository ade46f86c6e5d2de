/** What starts a flow: its icon, its kind or system, and the one detail that tells it apart. */
import { Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import type { Flow } from '@/api/flows';
import { say } from '@/i18n';
import { UseIcon } from '../UseIcon';
import { kindOf, useSystemTrigger } from './triggers';

export function StartedBy({ flow }: { flow: Flow }) {
  return flow.trigger ? <StarterWords slug={flow.slug} starter={flow.trigger} /> : null;
}

function StarterWords({ slug, starter }: { slug: string; starter: Schemas['Starter'] }) {
  const { t } = useTranslation();
  const kind = kindOf(starter.use);
  const system = useSystemTrigger(starter.use);
  const schedules = api.useQuery(
    'get',
    '/api/v1/schedules',
    { params: { query: { limit: 200 } } },
    { enabled: kind === 'schedule', staleTime: 60_000 },
  );
  const sentence = schedules.data?.schedules.find((one) => one.slug === slug)?.sentence;
  const detail = system?.event ?? (kind === 'webhook' ? `/hooks/${starter.path ?? ''}` : say(sentence));
  return (
    <Group gap={8} wrap="nowrap">
      <UseIcon use={starter.use} of="trigger" />
      <Stack gap={0} miw={0}>
        <Text size="sm" lh={1.3} truncate>
          {system?.system ?? t(`common.triggerKind.${kind}`)}
        </Text>
        {detail && (
          <Text size="xs" c="dimmed" lh={1.3} truncate title={detail}>
            {detail}
          </Text>
        )}
      </Stack>
    </Group>
  );
}
