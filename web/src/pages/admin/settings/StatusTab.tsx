/** How the installation is doing: its processes, its work, its database. */

import { Alert, Card, Code, Group, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheckFilled, IconHeartOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { useStatus } from '@/api/status';
import { Failure, LoadingRows } from '@/components/States';
import { StatusBadge } from '@/components/Status';
import { Ago } from '@/components/Time';
import { formatAgo, formatBytes, formatDuration, formatNumber } from '@/lib/format';

type Status = Schemas['Status'];

export function StatusTab() {
  const { t } = useTranslation();
  const status = useStatus(10_000);
  if (status.isPending) return <LoadingRows height={72} />;
  if (status.isError) return <Failure error={status.error} onRetry={() => void status.refetch()} />;
  const now = status.data;
  return (
    <Stack gap="md">
      <Trouble status={now} />
      <SimpleGrid cols={{ base: 1, md: 2, lg: 3 }} spacing="md">
        <Work status={now} />
        <Program status={now} />
        <Kept retention={now.retention} />
      </SimpleGrid>
      <Processes
        title={t('admin.status.workers')}
        processes={now.workers}
        empty={t('admin.status.noWorkers')}
      />
      {now.web_nodes.length > 0 && (
        <Processes title={t('admin.status.webNodes')} processes={now.web_nodes} empty="" />
      )}
      <Metrics />
    </Stack>
  );
}

function Trouble({ status }: { status: Status }) {
  const { t } = useTranslation();
  if (status.needs_binary) {
    return (
      <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />}>
        {t('admin.status.needsBinary', { version: status.needs_binary })}
      </Alert>
    );
  }
  if (!status.working) {
    return (
      <Alert
        color="red"
        variant="light"
        icon={<IconHeartOff size={18} />}
        title={t('admin.status.notWorking')}
      >
        {status.oldest_due_at
          ? t('admin.status.dueSince', { count: status.due, when: formatAgo(status.oldest_due_at) })
          : t('admin.status.due', { count: status.due })}
      </Alert>
    );
  }
  return (
    <Group gap={8}>
      <IconCircleCheckFilled size={18} color="var(--mantine-color-teal-text)" aria-hidden />
      <Text size="sm">{t('admin.status.working')}</Text>
    </Group>
  );
}

function Facts({ title, rows }: { title: string; rows: [string, ReactNode][] }) {
  return (
    <Card>
      <Title order={2} size="h4" mb="xs">
        {title}
      </Title>
      <Table withRowBorders={false} verticalSpacing={4} horizontalSpacing={0} highlightOnHover={false}>
        <Table.Tbody>
          {rows.map(([label, value]) => (
            <Table.Tr key={label}>
              <Table.Th fw={400} scope="row">
                <Text size="sm" c="dimmed">
                  {label}
                </Text>
              </Table.Th>
              <Table.Td ta="end" className="numbers">
                {value}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}

function Work({ status }: { status: Status }) {
  const { t } = useTranslation();
  const day = status.finished_last_day;
  return (
    <Facts
      title={t('admin.status.work')}
      rows={[
        [t('common.runStatus.running'), formatNumber(status.active.running)],
        [t('common.runStatus.queued'), formatNumber(status.active.queued)],
        [t('common.runStatus.waiting'), formatNumber(status.active.waiting)],
        [t('admin.status.succeededDay'), formatNumber(day.succeeded)],
        [t('admin.status.failedDay'), formatNumber(day.failed)],
        [t('admin.status.deadLetters'), formatNumber(status.dead_letters)],
        [t('admin.status.openApprovals'), formatNumber(status.open_approvals)],
      ]}
    />
  );
}

function Program({ status }: { status: Status }) {
  const { t } = useTranslation();
  return (
    <Facts
      title={t('admin.status.program')}
      rows={[
        [t('admin.status.version'), status.version],
        [t('admin.status.database'), status.backend === 'sqlite' ? 'SQLite' : 'PostgreSQL'],
        [t('admin.status.size'), formatBytes(status.database_bytes)],
        [
          t('admin.status.migrations'),
          status.migrations_pending > 0
            ? t('admin.status.pending', { count: status.migrations_pending })
            : formatNumber(status.migrations_applied),
        ],
      ]}
    />
  );
}

function Kept({ retention }: { retention: Schemas['Retention'] }) {
  const { t } = useTranslation();
  const runs = formatNumber(retention.runs);
  return (
    <Facts
      title={t('admin.status.retention')}
      rows={[
        [
          t('admin.status.keptRuns'),
          retention.estimated ? t('admin.status.about', { count: runs as never }) : runs,
        ],
        [t('admin.status.keptFor'), retention.keep_ms ? formatDuration(retention.keep_ms) : '–'],
        [t('admin.status.oldest'), <Ago key="oldest" at={retention.oldest_created_at} />],
        ...(retention.bytes
          ? ([[t('admin.status.size'), formatBytes(retention.bytes)]] as [string, ReactNode][])
          : []),
        [t('admin.status.lastSweep'), <Ago key="last" at={retention.last_sweep?.at} />],
        [t('admin.status.nextSweep'), <Ago key="next" at={retention.next_sweep_at} />],
      ]}
    />
  );
}

interface Process {
  id: string;
  alive: boolean;
  version?: string | null;
  started_at: string;
  heartbeat_age_ms: number;
}

function Processes({ title, processes, empty }: { title: string; processes: Process[]; empty: string }) {
  const { t } = useTranslation();
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {title}
      </Title>
      {processes.length === 0 ? (
        <Text size="sm" c="dimmed">
          {empty}
        </Text>
      ) : (
        <Table.ScrollContainer minWidth={480} type="native" tabIndex={0} role="region" aria-label={title}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('common.status')}</Table.Th>
                <Table.Th>{t('admin.status.process')}</Table.Th>
                <Table.Th>{t('admin.status.version')}</Table.Th>
                <Table.Th>{t('admin.status.started')}</Table.Th>
                <Table.Th>{t('admin.status.heard')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {processes.map((process) => (
                <Table.Tr key={process.id}>
                  <Table.Td>
                    <StatusBadge
                      color={process.alive ? 'teal' : 'red'}
                      icon={process.alive ? IconCircleCheckFilled : IconHeartOff}
                      label={t(process.alive ? 'admin.status.alive' : 'admin.status.gone')}
                    />
                  </Table.Td>
                  <Table.Td>
                    <Text size="xs" ff="monospace" title={process.id}>
                      {process.id.slice(0, 13)}
                    </Text>
                  </Table.Td>
                  <Table.Td className="numbers">{process.version ?? '–'}</Table.Td>
                  <Table.Td>
                    <Ago at={process.started_at} />
                  </Table.Td>
                  <Table.Td className="numbers">
                    {t('admin.status.heardAgo', { ago: formatDuration(process.heartbeat_age_ms) })}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </section>
  );
}

function Metrics() {
  const { t } = useTranslation();
  return (
    <section>
      <Title order={2} size="h4" mb={4}>
        {t('admin.status.metrics')}
      </Title>
      <Text size="sm" maw={720}>
        {t('admin.status.metricsHint')} <Code>{`${location.origin}/metrics`}</Code>
      </Text>
    </section>
  );
}
