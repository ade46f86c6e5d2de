import { Text } from '@mantine/core';
import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconClockPause,
  IconLock,
  IconPencilExclamation,
  type TablerIcon,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { StatusBadge } from '@/components/Status';
import { say } from '@/i18n';
import { formatAgo } from '@/lib/format';
import type { Connection, Health } from './health';

const LOOK: Record<Health, { icon: TablerIcon; color: string }> = {
  works: { icon: IconCircleCheckFilled, color: 'teal' },
  untested: { icon: IconCircleDashed, color: 'gray' },
  failing: { icon: IconAlertTriangleFilled, color: 'red' },
  paused: { icon: IconClockPause, color: 'orange' },
  unfinished: { icon: IconPencilExclamation, color: 'orange' },
  unauthorised: { icon: IconLock, color: 'orange' },
};

export function HealthBadge({ health }: { health: Health }) {
  const { t } = useTranslation();
  return <StatusBadge {...LOOK[health]} label={t(`connections.health.${health}`)} />;
}

/** The one line that tells more than the word: the last error, or until when calls are held back. */
export function HealthNote({ connection, health }: { connection: Connection; health: Health }) {
  const { t } = useTranslation();
  const note =
    health === 'failing' || health === 'paused'
      ? say(connection.last_error?.message)
      : health === 'unfinished' || health === 'unauthorised'
        ? t(`connections.healthNote.${health}`)
        : '';
  return (
    <>
      {health === 'paused' && connection.paused_until && (
        <Text size="xs" c="dimmed">
          {t('connections.pausedUntil', { when: formatAgo(connection.paused_until) })}
        </Text>
      )}
      {note && (
        <Text size="xs" c="dimmed" lineClamp={2} title={note} maw={300} style={{ overflowWrap: 'anywhere' }}>
          {note}
        </Text>
      )}
    </>
  );
}
