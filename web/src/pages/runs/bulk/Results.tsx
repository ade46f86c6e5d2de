import { Progress as Bar, Button, Group, List, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { say } from '@/i18n';
import { formatNumber } from '@/lib/format';
import { RunLink } from '../RunLink';
import { byReason, type Progress } from './loop';

const SHOWN = 5;

/** How far it is, and which runs were refused for which reason. */
export function Results({
  progress,
  count,
  onStop,
  onClose,
}: {
  progress: Progress;
  count: number;
  onStop: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const seen = progress.done + progress.refused.length;
  const going = progress.state === 'going';
  const words = t('runs.bulk.progress', { done: formatNumber(seen), count: formatNumber(count) });
  return (
    <Stack gap="md">
      <div>
        <Group justify="space-between" mb={6}>
          <Text size="sm" fw={550}>
            {progress.state === 'stopped' && t('runs.bulk.stopped')}
            {progress.state === 'finished' && t('runs.bulk.finished')}
          </Text>
          <Text size="sm" className="numbers" role="status">
            {words}
          </Text>
        </Group>
        <Bar.Root size="md">
          <Bar.Section value={count ? (100 * seen) / count : 100} aria-label={words} />
        </Bar.Root>
      </div>
      <Text size="sm">
        {t('runs.bulk.did', { count: progress.done })}
        {progress.refused.length > 0 && ` · ${t('runs.bulk.refused', { count: progress.refused.length })}`}
      </Text>
      {byReason(progress.refused).map(({ code, message, runs }) => (
        <div key={code}>
          <Title order={3} size="h4">
            {say(message) || code}
          </Title>
          <List size="sm" mt={4}>
            {runs.slice(0, SHOWN).map((run) => (
              <List.Item key={run}>
                <RunLink run={run} ff="monospace" />
              </List.Item>
            ))}
          </List>
          {runs.length > SHOWN && (
            <Text size="sm" c="dimmed">
              {t('runs.bulk.andMore', { count: runs.length - SHOWN })}
            </Text>
          )}
        </div>
      ))}
      <Group justify="flex-end">
        {going ? (
          <Button variant="default" onClick={onStop}>
            {t('runs.bulk.stop')}
          </Button>
        ) : (
          <Button onClick={onClose}>{t('common.close')}</Button>
        )}
      </Group>
    </Stack>
  );
}
