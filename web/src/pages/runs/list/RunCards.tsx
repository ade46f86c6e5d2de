/** The run list on a phone. */
import { Box, Checkbox, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { RunStatusBadge } from '@/components/Status';
import { Ago } from '@/components/Time';
import { formatTime } from '@/lib/format';
import type { RunListProps } from './RunTable';
import classes from './RunTable.module.css';
import { RunMarks, Took, TriggerWords, WhyWords } from './RunWords';

export function RunCards({ runs, now, nameOf, stepOf, noteOf, selection }: RunListProps) {
  const { t } = useTranslation();
  return (
    <ul className={classes.list} aria-label={t('runs.list.label')}>
      {runs.map((run) => (
        <li key={run.id} className={classes.card}>
          <Group gap="sm" wrap="nowrap" align="flex-start">
            {selection && (
              <Checkbox
                mt={2}
                aria-label={t('runs.list.select', {
                  flow: nameOf(run.slug),
                  when: formatTime(run.created_at),
                })}
                checked={selection.has(run.id)}
                onChange={() => selection.toggle(run.id)}
              />
            )}
            <Box flex={1} miw={0}>
              <Link to="/runs/$run" params={{ run: run.id }} className={classes.link}>
                <Group justify="space-between" gap="xs" wrap="nowrap">
                  <Text fw={550} size="md" truncate>
                    {nameOf(run.slug)}
                  </Text>
                  <RunStatusBadge status={run.status} />
                </Group>
                <Group gap={6} my={2}>
                  <RunMarks run={run} />
                </Group>
                <WhyWords run={run} stepOf={stepOf} />
                {noteOf?.(run)}
                <Group gap="md" mt={4} c="dimmed">
                  <Ago at={run.created_at} size="xs" />
                  <Text span size="xs" className="numbers">
                    <Took run={run} now={now} />
                  </Text>
                  <TriggerWords kind={run.trigger} />
                </Group>
              </Link>
            </Box>
          </Group>
        </li>
      ))}
    </ul>
  );
}
