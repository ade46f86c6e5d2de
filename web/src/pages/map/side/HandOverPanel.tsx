/** What people carry along one line. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { MapEdge } from '../types';
import { HealthBadge } from './HealthBadge';

export function HandOverPanel({
  edge,
  connectors,
  editable,
  onEdit,
  onRemove,
}: {
  edge: MapEdge;
  /** Of its two ends, as far as they have one. */
  connectors: string[];
  editable: boolean;
  onEdit: () => void;
  onRemove: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm" align="flex-start">
      <HealthBadge edge={edge} />
      {edge.how && <Fact label={t('map.edge.how')} text={edge.how} />}
      <Fact label={t('map.edge.note')} text={edge.note || t('map.edge.noNote')} />
      {editable && (
        <Group gap="xs">
          <Button variant="default" leftSection={<IconPencil size={14} aria-hidden />} onClick={onEdit}>
            {t('common.edit')}
          </Button>
          <Button
            variant="subtle"
            color="red"
            leftSection={<IconTrash size={14} aria-hidden />}
            onClick={onRemove}
          >
            {t('map.edge.remove')}
          </Button>
        </Group>
      )}
      {connectors.length > 0 && (
        <Text size="sm" component="div" pt="xs">
          <Text size="xs" c="dimmed" mb={6}>
            {t('map.edge.automateLead')}
          </Text>
          <Button variant="light" component={Link} to="/" search={{ systems: connectors.join(',') } as never}>
            {t('map.edge.automate')}
          </Button>
        </Text>
      )}
    </Stack>
  );
}

function Fact({ label, text }: { label: string; text: string }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {text}
      </Text>
    </div>
  );
}
