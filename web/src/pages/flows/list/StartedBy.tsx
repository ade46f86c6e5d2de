/** What starts a flow: its icon, its kind or system, and the one detail that tells it apart. */
import { Group, Stack, Text, ThemeIcon } from '@mantine/core';
import {
  IconAlertTriangle,
  IconArrowForwardUp,
  IconCalendarClock,
  IconHandClick,
  IconWebhook,
  type TablerIcon,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { ConnectorIcon } from '@/components/ConnectorIcon';
import { say } from '@/i18n';
import type { ListedFlow } from '../pending';
import { kindOf, type Starter, useStarter, useSystemTrigger } from './triggers';

const ICONS: Record<Exclude<Schemas['TriggerKind'], 'connector'>, TablerIcon> = {
  webhook: IconWebhook,
  schedule: IconCalendarClock,
  manual: IconHandClick,
  called: IconArrowForwardUp,
  flow_failed: IconAlertTriangle,
};

export function StarterIcon({ use, size = 26 }: { use: string; size?: number }) {
  const kind = kindOf(use);
  if (kind === 'connector') return <ConnectorIcon name={use.split('.')[0] ?? ''} size={size} />;
  const Icon = ICONS[kind] ?? IconHandClick;
  return (
    <ThemeIcon size={size} variant="light" color="gray" aria-hidden>
      <Icon size={size * 0.6} />
    </ThemeIcon>
  );
}

export function StartedBy({ flow }: { flow: ListedFlow }) {
  const starter = useStarter(flow);
  return starter ? <StarterWords flow={flow} starter={starter} /> : null;
}

function StarterWords({ flow, starter }: { flow: ListedFlow; starter: Starter }) {
  const { t } = useTranslation();
  const kind = kindOf(starter.use);
  const system = useSystemTrigger(starter.use);
  const schedules = api.useQuery(
    'get',
    '/api/v1/schedules',
    { params: { query: { limit: 200 } } },
    { enabled: kind === 'schedule', staleTime: 60_000 },
  );
  const sentence = schedules.data?.schedules.find((one) => one.slug === flow.slug)?.sentence;
  const detail = system?.event ?? (kind === 'webhook' ? `/hooks/${starter.with?.path ?? ''}` : say(sentence));
  return (
    <Group gap={8} wrap="nowrap">
      <StarterIcon use={starter.use} />
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
