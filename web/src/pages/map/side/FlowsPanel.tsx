/** The flows that carry data along one line, and how each of them fared. */
import { Anchor, Group, Stack, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFlowStats } from '@/api/flows';
import { formatNumber } from '@/lib/format';
import { MAP_DAYS, type MapEdge } from '../types';
import { HealthBadge } from './HealthBadge';

export function FlowsPanel({ edge }: { edge: MapEdge }) {
  const { t } = useTranslation();
  const stats = useFlowStats(
    edge.flows.map((flow) => flow.slug),
    MAP_DAYS,
  );
  const range = `${MAP_DAYS}d`;
  const figure = (slug: string, name: string, status?: 'failed') => {
    const told = stats.data?.get(slug);
    if (!told) return '–';
    const count = formatNumber(status ? told.failed : told.runs);
    if ((status ? told.failed : told.runs) === 0) return count;
    return (
      <Anchor
        component={Link}
        to="/runs"
        search={{ flow: slug, mode: 'normal', range, ...(status && { status }) } as never}
        size="sm"
        aria-label={t(status ? 'map.edge.openFailed' : 'map.edge.openRuns', { name })}
      >
        {count}
      </Anchor>
    );
  };
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <HealthBadge edge={edge} />
        <Text size="sm" className="numbers">
          {t('map.runs', { count: edge.runs, runs: formatNumber(edge.runs) })} {t('map.days')}
        </Text>
      </Group>
      <Table aria-label={t('map.edge.flows')} horizontalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('map.edge.flow')}</Table.Th>
            <Table.Th ta="right">{t('map.edge.runs')}</Table.Th>
            <Table.Th ta="right">{t('map.edge.failed')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {edge.flows.map(({ slug, name }) => (
            <Table.Tr key={slug}>
              <Table.Td>
                <Anchor
                  component={Link}
                  to={`/flows/${slug}`}
                  size="sm"
                  fw={550}
                  c="var(--mantine-color-text)"
                >
                  {name}
                </Anchor>
              </Table.Td>
              <Table.Td ta="right" className="numbers">
                {figure(slug, name)}
              </Table.Td>
              <Table.Td ta="right" className="numbers">
                {figure(slug, name, 'failed')}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="xs" c="dimmed">
        {t('map.edge.counted')}
      </Text>
    </Stack>
  );
}
