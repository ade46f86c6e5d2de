import { Text, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { formatAgo, formatTime } from '@/lib/format';

/** How long ago; the exact time on hover and for screen readers. */
export function Ago({ at, size = 'sm' }: { at: string | null | undefined; size?: string }) {
  useTranslation();
  if (!at) {
    return (
      <Text span size={size} c="dimmed">
        –
      </Text>
    );
  }
  return (
    <Tooltip label={formatTime(at)}>
      <Text span size={size} c="dimmed" component="time" dateTime={at} style={{ whiteSpace: 'nowrap' }}>
        {formatAgo(at)}
      </Text>
    </Tooltip>
  );
}
