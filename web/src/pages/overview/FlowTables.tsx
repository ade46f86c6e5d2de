/** The flows that most deserve a look, each with its runs of the period one click away. */
import { Anchor, Card, Table, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDuration, formatNumber, formatShare } from '@/lib/format';
import type { Overview } from './types';

export function FailingFlows({ flows, from }: { flows: Overview['failing']; from: string }) {
  const { t } = useTranslation();
  return (
    <FlowTable
      title={t('overview.failing.title')}
      none={t('overview.failing.none')}
      columns={[t('overview.failing.flow'), t('overview.failing.failed'), t('overview.failing.share')]}
      rows={flows.map((flow) => ({
        ...flow,
        search: { flow: flow.slug, status: 'failed', mode: 'normal', from },
        cells: [formatNumber(flow.failed), formatShare(flow.runs ? flow.failed / flow.runs : 0)],
      }))}
    />
  );
}

export function SlowestFlows({ flows, from }: { flows: Overview['slowest']; from: string }) {
  const { t } = useTranslation();
  return (
    <FlowTable
      title={t('overview.slowest.title')}
      none={t('overview.slowest.none')}
      columns={[t('overview.slowest.flow'), t('overview.slowest.runs'), t('overview.slowest.p95')]}
      rows={flows.map((flow) => ({
        ...flow,
        search: { flow: flow.slug, mode: 'normal', from },
        cells: [formatNumber(flow.runs), formatDuration(flow.p95_ms)],
      }))}
    />
  );
}

function FlowTable({
  title,
  none,
  columns: [first, ...columns],
  rows,
}: {
  title: string;
  none: string;
  columns: string[];
  rows: { slug: string; name: string; search: Record<string, string>; cells: ReactNode[] }[];
}) {
  return (
    <Card p={0} h="100%">
      <Title order={2} size="h4" px="md" py="sm">
        {title}
      </Title>
      {rows.length === 0 ? (
        <Text size="sm" c="dimmed" px="md" pb="md">
          {none}
        </Text>
      ) : (
        <Table aria-label={title} horizontalSpacing="md">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{first}</Table.Th>
              {columns.map((column) => (
                <Table.Th key={column} ta="right">
                  {column}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={row.slug}>
                <Table.Td>
                  <Anchor
                    component={Link}
                    to="/runs"
                    search={row.search as never}
                    size="sm"
                    fw={550}
                    c="var(--mantine-color-text)"
                  >
                    {row.name}
                  </Anchor>
                </Table.Td>
                {row.cells.map((cell, column) => (
                  <Table.Td key={columns[column]} ta="right" className="numbers">
                    {cell}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Card>
  );
}
