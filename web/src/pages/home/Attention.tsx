/** What waits for a person, each with the place where it is dealt with. */

import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconHourglass,
  IconPlugConnectedX,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useConnections } from '@/api/connections';
import { useFlowNames } from '@/api/flows';
import { useStatus } from '@/api/status';
import { type Matter, MatterLine } from '@/components/Matter';
import { failing } from './failing';

/** Of how many the flows are named. */
const NEWEST = 20;
const MOST_NAMES = 4;

export function Attention() {
  const { t } = useTranslation();
  const nameOf = useFlowNames();
  const status = useStatus();
  const connections = useConnections();
  const matters: Matter[] = [];
  const letters = status.data?.dead_letters ?? 0;
  const newest = api.useQuery(
    'get',
    '/api/v1/dead-letters',
    { params: { query: { limit: NEWEST } } },
    { enabled: letters > 0 },
  );
  const flows = [...new Set(newest.data?.dead_letters.map((letter) => nameOf(letter.slug)))];
  if (letters > 0) {
    matters.push({
      key: 'letters',
      icon: IconAlertTriangleFilled,
      color: 'red',
      title: t('home.attention.letters', { count: letters }),
      detail: flows.slice(0, MOST_NAMES).join(t('flows.publish.comma')) || t('home.attention.lettersLead'),
      to: '/dead-letters',
    });
  }
  const approvals = status.data?.open_approvals ?? 0;
  if (approvals > 0) {
    matters.push({
      key: 'approvals',
      icon: IconHourglass,
      color: 'orange',
      title: t('home.attention.approvals', { count: approvals }),
      detail: t('home.attention.approvalsLead'),
      to: '/approvals',
    });
  }
  for (const connection of failing(connections.data ?? [])) {
    matters.push({
      key: `connection ${connection.name}`,
      icon: IconPlugConnectedX,
      color: 'red',
      title: t('home.attention.connection', { name: connection.title || connection.name }),
      detail: t(connection.paused_until ? 'home.attention.paused' : 'home.attention.connectionLead'),
      to: `/connections/${connection.name}`,
    });
  }
  if (status.isPending) return null;
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {t('home.attention.title')}
      </Title>
      {matters.length === 0 ? (
        <Paper p="sm">
          <Group gap="xs">
            <IconCircleCheckFilled size={18} color="var(--mantine-color-teal-filled)" aria-hidden />
            <Text size="sm">{t('home.attention.none')}</Text>
          </Group>
        </Paper>
      ) : (
        <Stack gap={6}>
          {matters.map((matter) => (
            <MatterLine key={matter.key} matter={matter} />
          ))}
        </Stack>
      )}
    </section>
  );
}
