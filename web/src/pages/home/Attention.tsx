/** What waits for a person, each with the place where it is dealt with. */
import { Group, Paper, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import {
  IconAlertTriangleFilled,
  IconChevronRight,
  IconCircleCheckFilled,
  IconHourglass,
  IconPlugConnectedX,
  type TablerIcon,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import classes from './Attention.module.css';
import { failing } from './failing';
import { useConnections } from './useRecipeUse';

interface Matter {
  key: string;
  icon: TablerIcon;
  color: string;
  title: string;
  detail: string;
  to: string;
}

export function Attention() {
  const { t } = useTranslation();
  const status = api.useQuery('get', '/api/v1/status', {}, { refetchInterval: 60_000 });
  const connections = useConnections();
  const matters: Matter[] = [];
  const letters = status.data?.dead_letters ?? 0;
  if (letters > 0) {
    matters.push({
      key: 'letters',
      icon: IconAlertTriangleFilled,
      color: 'red',
      title: t('home.attention.letters', { count: letters }),
      detail: t('home.attention.lettersLead'),
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

function MatterLine({ matter }: { matter: Matter }) {
  const Icon = matter.icon;
  return (
    <UnstyledButton component={Link} to={matter.to} className={classes.line}>
      <Icon
        size={18}
        aria-hidden
        className={classes.icon}
        color={`light-dark(var(--mantine-color-${matter.color}-8), var(--mantine-color-${matter.color}-4))`}
      />
      <span className={classes.words}>
        <Text span size="sm" fw={550} display="block">
          {matter.title}
        </Text>
        <Text span size="xs" c="dimmed" display="block">
          {matter.detail}
        </Text>
      </span>
      <IconChevronRight size={16} aria-hidden className={classes.icon} />
    </UnstyledButton>
  );
}
