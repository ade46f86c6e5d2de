import { Checkbox, Group, Table } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { RunStatusBadge } from '@/components/Status';
import { Ago } from '@/components/Time';
import { formatTime } from '@/lib/format';
import { RunLink } from '../RunLink';
import classes from './RunTable.module.css';
import { type Run, RunMarks, type StepOf, Took, TriggerWords, WhyWords } from './RunWords';

export interface RunListProps {
  runs: Run[];
  now: number;
  nameOf: (slug: string) => string;
  stepOf: StepOf;
  /** What else is to be said of a run. */
  noteOf?: (run: Run) => ReactNode;
  /** Absent: nothing can be selected. */
  selection?: { has: (id: string) => boolean; toggle: (id: string) => void; all: () => void };
}

export function RunTable({ runs, now, nameOf, stepOf, noteOf, selection }: RunListProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const chosen = selection ? runs.filter((run) => selection.has(run.id)).length : 0;
  return (
    <Table className={classes.table} aria-label={t('runs.list.label')} layout="fixed">
      <Table.Thead>
        <Table.Tr>
          {selection && (
            <Table.Th w={38}>
              <Checkbox
                size="xs"
                aria-label={t('runs.list.selectAll')}
                checked={chosen > 0 && chosen === runs.length}
                indeterminate={chosen > 0 && chosen < runs.length}
                onChange={selection.all}
              />
            </Table.Th>
          )}
          <Table.Th w={118}>{t('common.status')}</Table.Th>
          <Table.Th>{t('runs.list.flow')}</Table.Th>
          <Table.Th w={150}>{t('runs.list.trigger')}</Table.Th>
          <Table.Th w={130}>{t('runs.list.when')}</Table.Th>
          <Table.Th w={100} className={classes.right}>
            {t('runs.list.took')}
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {runs.map((run) => (
          <Table.Tr
            key={run.id}
            className={classes.row}
            data-selected={selection?.has(run.id) || undefined}
            onClick={(event) => {
              // Links and boxes in the row do their own work; marking text is no click.
              if ((event.target as Element).closest('a, input, label, button')) return;
              if (window.getSelection()?.toString()) return;
              void navigate({ to: '/runs/$run', params: { run: run.id } });
            }}
          >
            {selection && (
              <Table.Td>
                <Checkbox
                  size="xs"
                  aria-label={t('runs.list.select', {
                    flow: nameOf(run.slug),
                    when: formatTime(run.created_at),
                  })}
                  checked={selection.has(run.id)}
                  onChange={() => selection.toggle(run.id)}
                />
              </Table.Td>
            )}
            <Table.Td>
              <RunStatusBadge status={run.status} />
            </Table.Td>
            <Table.Td>
              <Group gap={6}>
                <RunLink run={run.id} c="var(--mantine-color-text)" fw={550}>
                  {nameOf(run.slug)}
                </RunLink>
                <RunMarks run={run} />
              </Group>
              <WhyWords run={run} stepOf={stepOf} />
              {noteOf?.(run)}
            </Table.Td>
            <Table.Td>
              <TriggerWords kind={run.trigger} />
            </Table.Td>
            <Table.Td>
              <Ago at={run.created_at} />
            </Table.Td>
            <Table.Td className={`numbers ${classes.right}`}>
              <Took run={run} now={now} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
