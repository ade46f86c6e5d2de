/** What came of an import: each document, step by step, and what each still needs. */
import { Anchor, Button, Collapse, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import {
  IconAlertTriangleFilled,
  IconCheck,
  IconCircleCheckFilled,
  IconEqual,
  IconHelpCircle,
  IconPencil,
  IconPlugConnectedX,
  IconPlus,
  type TablerIcon,
} from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { addressOf } from '@/builder/address';
import { StatusBadge } from '@/components/Status';
import { FaultList } from '../publish/FaultList';
import { UseIcon } from '../UseIcon';

type Result = 'created' | 'updated' | 'unchanged' | 'refused';
const RESULTS: Record<Result, { icon: TablerIcon; color: string }> = {
  created: { icon: IconPlus, color: 'teal' },
  updated: { icon: IconPencil, color: 'blue' },
  unchanged: { icon: IconEqual, color: 'gray' },
  refused: { icon: IconAlertTriangleFilled, color: 'red' },
};
type Readiness = 'ready' | 'needs_connection' | 'unknown';
const READY: Record<Readiness, { icon: TablerIcon; color: string }> = {
  ready: { icon: IconCircleCheckFilled, color: 'teal' },
  needs_connection: { icon: IconPlugConnectedX, color: 'orange' },
  unknown: { icon: IconHelpCircle, color: 'red' },
};

export function Report({ reports, onAgain }: { reports: Schemas['ImportReport'][]; onAgain: () => void }) {
  const { t } = useTranslation();
  const refused = reports.filter((report) => report.result === 'refused').length;
  return (
    <Stack gap="md">
      <div role="status">
        <Title order={2}>
          {refused === 0
            ? t('flows.import.done', { count: reports.length })
            : t('flows.import.doneSome', { count: reports.length - refused, refused })}
        </Title>
      </div>
      {reports.map((report) => (
        <DocumentReport key={report.path} report={report} open={reports.length === 1} />
      ))}
      <Group gap="xs">
        <Button component={Link} to="/flows">
          {t('home.today.allFlows')}
        </Button>
        <Button variant="default" onClick={onAgain}>
          {t('flows.import.again')}
        </Button>
      </Group>
    </Stack>
  );
}

function DocumentReport({ report, open: opened }: { report: Schemas['ImportReport']; open: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const parts = [...(report.trigger ? [{ id: 'trigger', ...report.trigger }] : []), ...report.steps];
  const waiting = parts.filter((part) => part.status !== 'ready');
  const faults = report.faults ?? [];
  const [open, { toggle }] = useDisclosure(opened || waiting.length > 0);
  const name = report.flow?.name ?? report.slug ?? report.path;
  return (
    <Paper p="sm">
      <Group justify="space-between" gap="sm">
        <Stack gap={2} flex="1 1 240px" miw={0}>
          {report.flow ? (
            <Anchor component={Link} to={`/flows/${report.flow.slug}`} fw={600} size="sm">
              {name}
            </Anchor>
          ) : (
            <Text fw={600} size="sm">
              {name}
            </Text>
          )}
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {report.path}
          </Text>
        </Stack>
        <Group gap={6}>
          <StatusBadge
            {...RESULTS[report.result as Result]}
            label={t(`flows.import.results.${report.result as Result}`)}
          />
          {report.version != null && (
            <StatusBadge
              color="teal"
              icon={IconCheck}
              label={t('flows.published.title', { version: report.version })}
            />
          )}
          {parts.length > 0 && (
            <Button size="compact-xs" variant="subtle" color="gray" aria-expanded={open} onClick={toggle}>
              {waiting.length === 0
                ? t('flows.import.allReady', { count: parts.length })
                : t('flows.import.waiting', { count: waiting.length })}
            </Button>
          )}
        </Group>
      </Group>
      {faults.length > 0 && (
        <Stack gap={4} mt="sm">
          <FaultList
            faults={faults}
            document={undefined}
            onGo={
              report.flow
                ? (step, pointer) =>
                    void navigate({
                      to: `/flows/${report.flow?.slug}`,
                      search: addressOf(step, pointer),
                    })
                : undefined
            }
          />
        </Stack>
      )}
      <Collapse expanded={open}>
        <Table.ScrollContainer
          minWidth={420}
          type="native"
          mt="sm"
          // A region that scrolls has to be reached by keyboard.
          tabIndex={0}
          role="region"
          aria-label={t('flows.import.stepsOf', { name })}
        >
          <Table verticalSpacing={5} aria-label={t('flows.import.stepsOf', { name })}>
            <Table.Thead className="visually-hidden">
              <Table.Tr>
                <Table.Th>{t('common.name')}</Table.Th>
                <Table.Th>{t('common.status')}</Table.Th>
                <Table.Th>{t('common.whatToDo')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {parts.map((part) => (
                <Table.Tr key={part.id}>
                  <Table.Td>
                    <Group gap="xs" wrap="nowrap">
                      <UseIcon use={part.use} of={part.id === 'trigger' ? 'trigger' : 'step'} size={20} />
                      <Text size="sm">{part.id === 'trigger' ? t('flows.diff.about.trigger') : part.id}</Text>
                      <Text size="xs" c="dimmed" visibleFrom="xs">
                        {part.use}
                      </Text>
                    </Group>
                  </Table.Td>
                  <Table.Td>
                    <StatusBadge
                      {...READY[part.status as Readiness]}
                      label={t(`flows.import.ready.${part.status as Readiness}`, {
                        name: part.connection,
                      })}
                    />
                  </Table.Td>
                  <Table.Td ta="right">
                    {part.status === 'needs_connection' && (
                      <Anchor component={Link} to={`/connections?new=${part.use.split('.')[0]}`} size="sm">
                        {t('home.recipe.connect')}
                      </Anchor>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </Collapse>
    </Paper>
  );
}
