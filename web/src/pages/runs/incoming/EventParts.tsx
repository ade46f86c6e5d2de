/** One trigger event: its body first, then what it travelled with. */
import { Anchor, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { JsonView } from '@/components/JsonView';
import { Ago } from '@/components/Time';
import { formatBytes } from '@/lib/format';
import { incomingParts, isEmpty } from './parts';

export function EventParts({
  event,
  of,
}: {
  event: unknown;
  of?: Pick<Schemas['TriggerEvent'], 'id' | 'kind' | 'received_at' | 'duplicates'>;
}) {
  const { t } = useTranslation();
  const { main, rest } = incomingParts(event);
  return (
    <Stack gap="sm">
      {of && (
        <Text size="sm" c="dimmed">
          {t('runs.incoming.received')} <Ago at={of.received_at} />
          {of.duplicates > 0 && ` · ${t('runs.incoming.duplicates', { count: of.duplicates })}`}
        </Text>
      )}
      <JsonView value={isEmpty(main) ? undefined : main} label={t('runs.incoming.body')} height={460} />
      {of?.kind === 'webhook' && (
        <Anchor href={`/api/v1/trigger-events/${of.id}/body`} size="xs" download>
          {t('runs.incoming.download')}
        </Anchor>
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
