/** The map without a drawing: all lines, and all systems. */
import { Anchor, Card, ScrollArea, Stack, Table, Text, Title, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ConnectorIcon } from '@/components/ConnectorIcon';
import { formatNumber } from '@/lib/format';
import { useSubtitle } from '../canvas/useMapNodes';
import classes from '../MapPage.module.css';
import { rowsOf } from '../model/rows';
import { HealthBadge } from '../side/HealthBadge';
import type { SystemMap } from '../types';

interface Props {
  map: SystemMap;
  nameOf: (id: string) => string;
  onEdge: (id: string) => void;
  onSystem: (id: string) => void;
}

export function MapTables(props: Props) {
  return (
    <Stack gap="lg">
      <Lines {...props} />
      <Systems {...props} />
    </Stack>
  );
}

function Framed({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Card p={0}>
      <Title order={2} size="h4" px="md" py="sm">
        {title}
      </Title>
      <ScrollArea viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': title }}>{children}</ScrollArea>
    </Card>
  );
}

function Lines({ map, nameOf, onEdge }: Props) {
  const { t } = useTranslation();
  const rows = rowsOf(map, nameOf);
  return (
    <Framed title={t('map.table.lines')}>
      {rows.length === 0 ? (
        <Text size="sm" c="dimmed" px="md" pb="md">
          {t('map.table.noLines')}
        </Text>
      ) : (
        <Table miw={880} aria-label={t('map.table.lines')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('map.table.from')}</Table.Th>
              <Table.Th>{t('map.table.to')}</Table.Th>
              <Table.Th>{t('common.status')}</Table.Th>
              <Table.Th>{t('map.edge.flows')}</Table.Th>
              <Table.Th ta="right">{t('map.table.runs')}</Table.Th>
              <Table.Th ta="right">{t('map.table.failed')}</Table.Th>
              <Table.Th>{t('map.table.how')}</Table.Th>
              <Table.Th>{t('map.table.note')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ edge, from, to }) => (
              <Table.Tr key={edge.id}>
                <Table.Td>
                  <UnstyledButton
                    className={classes.open}
                    aria-label={t('map.table.open', { name: t('map.edge.title', { from, to }) })}
                    onClick={() => onEdge(edge.id)}
                  >
                    {from}
                  </UnstyledButton>
                </Table.Td>
                <Table.Td>{to}</Table.Td>
                <Table.Td>
                  <HealthBadge edge={edge} />
                </Table.Td>
                <Table.Td>{edge.manual ? '–' : <Flows flows={edge.flows} comma={t('map.comma')} />}</Table.Td>
                <Table.Td ta="right" className="numbers">
                  {edge.manual ? '–' : formatNumber(edge.runs)}
                </Table.Td>
                <Table.Td ta="right" className="numbers">
                  {edge.manual ? '–' : formatNumber(edge.failed)}
                </Table.Td>
                <Table.Td>{edge.how || '–'}</Table.Td>
                <Table.Td maw={260}>
                  <Text size="sm" lineClamp={2}>
                    {edge.note || '–'}
                  </Text>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Framed>
  );
}

function Flows({ flows, comma }: { flows: { slug: string; name: string }[]; comma: string }) {
  return flows.map(({ slug, name }, index) => (
    <span key={slug}>
      {index > 0 && comma}
      <Anchor component={Link} to={`/flows/${slug}`} size="sm">
        {name}
      </Anchor>
    </span>
  ));
}

function Systems({ map, nameOf, onSystem }: Props) {
  const { t } = useTranslation();
  const subtitle = useSubtitle();
  const systems = map.systems.toSorted((a, b) => nameOf(a.id).localeCompare(nameOf(b.id)));
  return (
    <Framed title={t('map.table.systems')}>
      <Table aria-label={t('map.table.systems')} horizontalSpacing="md">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('common.name')}</Table.Th>
            <Table.Th>{t('map.system.kind')}</Table.Th>
            <Table.Th>{t('map.system.connectionsTitle')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {systems.map((system) => (
            <Table.Tr key={system.id}>
              <Table.Td>
                <UnstyledButton
                  className={classes.open}
                  aria-label={t('map.table.open', { name: nameOf(system.id) })}
                  onClick={() => onSystem(system.id)}
                >
                  {system.connector && <ConnectorIcon name={system.connector} size={20} />}
                  {nameOf(system.id)}
                </UnstyledButton>
              </Table.Td>
              <Table.Td>{subtitle(system)}</Table.Td>
              <Table.Td>{system.connections.join(t('map.comma')) || '–'}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Framed>
  );
}
