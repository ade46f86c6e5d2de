/** How things stand: what waits for somebody, and what was last worked on and run. */
import { Anchor, Box, Button, Card, Grid, Group, Stack, Table, Text, Title } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useFlowNames } from '@/api/flows';
import { useCan } from '@/api/session';
import { Page } from '@/components/Page';
import { LoadingRows } from '@/components/States';
import { RunStatusBadge } from '@/components/Status';
import { Ago } from '@/components/Time';
import { useTour } from '@/shell/tour';
import { FlowStateBadges } from '../flows/list/FlowRow';
import { Attention } from './Attention';
import FirstSteps from './FirstSteps';

export function Today() {
  const { t } = useTranslation();
  const mayEdit = useCan('editor');
  const tour = useTour();
  return (
    <Page
      title={t('home.today.title')}
      actions={
        mayEdit && (
          <Button component={Link} to="/?begin=1" leftSection={<IconPlus size={14} aria-hidden />}>
            {t('home.today.begin')}
          </Button>
        )
      }
    >
      <Stack gap="xl">
        {tour && (
          <Box hiddenFrom="sm">
            <FirstSteps slug={tour} />
          </Box>
        )}
        <Attention />
        <Grid gap="lg">
          <Grid.Col span={{ base: 12, md: 6 }}>
            <RecentFlows />
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 6 }}>
            <RecentRuns />
          </Grid.Col>
        </Grid>
      </Stack>
    </Page>
  );
}

function Recent({
  title,
  all,
  children,
}: {
  title: string;
  all: [label: string, to: string];
  children: ReactNode;
}) {
  return (
    <Card p={0}>
      <Group justify="space-between" px="md" py="sm">
        <Title order={2} size="h4">
          {title}
        </Title>
        <Anchor component={Link} to={all[1]} size="xs">
          {all[0]}
        </Anchor>
      </Group>
      {children}
    </Card>
  );
}

function RecentFlows() {
  const { t } = useTranslation();
  const flows = api.useQuery('get', '/api/v1/flows', { params: { query: { sort: 'updated', limit: 6 } } });
  return (
    <Recent title={t('home.today.flows')} all={[t('home.today.allFlows'), '/flows']}>
      {flows.isPending && <LoadingRows rows={4} />}
      <Table aria-label={t('home.today.flows')}>
        <Table.Thead className="visually-hidden">
          <Table.Tr>
            <Table.Th>{t('common.name')}</Table.Th>
            <Table.Th>{t('common.status')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {flows.data?.flows.map((flow) => (
            <Table.Tr key={flow.slug}>
              <Table.Td pl="md">
                <Anchor
                  component={Link}
                  to={`/flows/${flow.slug}`}
                  size="sm"
                  fw={550}
                  c="var(--mantine-color-text)"
                >
                  {flow.name}
                </Anchor>
                <div>
                  <Ago at={flow.updated_at} size="xs" />
                </div>
              </Table.Td>
              <Table.Td pr="md" align="right">
                <Group justify="flex-end">
                  <FlowStateBadges flow={flow} />
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Recent>
  );
}

function RecentRuns() {
  const { t } = useTranslation();
  const nameOf = useFlowNames();
  const runs = api.useQuery('get', '/api/v1/runs', { params: { query: { mode: 'normal', limit: 6 } } });
  return (
    <Recent title={t('home.today.runs')} all={[t('home.today.allRuns'), '/runs']}>
      {runs.isPending && <LoadingRows rows={4} />}
      {runs.data?.runs.length === 0 && (
        <Text size="sm" c="dimmed" px="md" pb="md">
          {t('home.today.noRuns')}
        </Text>
      )}
      <Table aria-label={t('home.today.runs')}>
        <Table.Thead className="visually-hidden">
          <Table.Tr>
            <Table.Th>{t('common.name')}</Table.Th>
            <Table.Th>{t('common.status')}</Table.Th>
            <Table.Th>{t('common.created')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {runs.data?.runs.map((run) => (
            <Table.Tr key={run.id}>
              <Table.Td pl="md">
                <Anchor component={Link} to={`/runs/${run.id}`} size="sm" c="var(--mantine-color-text)">
                  {nameOf(run.slug)}
                </Anchor>
              </Table.Td>
              <Table.Td miw={110}>
                <RunStatusBadge status={run.status} />
              </Table.Td>
              <Table.Td pr="md" align="right">
                <Ago at={run.created_at} size="xs" />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Recent>
  );
}
