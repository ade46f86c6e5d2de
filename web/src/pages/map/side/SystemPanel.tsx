/** One system: how it is known, and what goes to it and from it. */
import { Anchor, Button, Group, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { IconPencil, IconTrash, IconUser } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useSubtitle } from '../canvas/useMapNodes';
import classes from '../MapPage.module.css';
import type { MapEdge, MapSystem, SystemMap } from '../types';
import { useLineWords } from '../words';

export function SystemPanel({
  map,
  system,
  nameOf,
  editable,
  onEdge,
  onHandOver,
  onRename,
  onRemove,
}: {
  map: SystemMap;
  system: MapSystem;
  nameOf: (id: string) => string;
  editable: boolean;
  onEdge: (id: string) => void;
  onHandOver: () => void;
  onRename: () => void;
  onRemove: () => void;
}) {
  const { t } = useTranslation();
  const subtitle = useSubtitle();
  const sends = map.edges.filter((edge) => edge.from === system.id);
  const gets = map.edges.filter((edge) => edge.to === system.id);
  return (
    <Stack gap="md">
      <div>
        <Text size="sm" c="dimmed">
          {subtitle(system)}
        </Text>
        <Group gap="md" my={6}>
          {system.connections.map((name) => (
            <Anchor key={name} component={Link} to={`/connections/${encodeURIComponent(name)}`} size="sm">
              {name}
            </Anchor>
          ))}
        </Group>
        {system.connector && (
          <Anchor component={Link} to={`/connectors/${encodeURIComponent(system.connector)}`} size="sm">
            {t('map.system.connector')}
          </Anchor>
        )}
      </div>
      {sends.length + gets.length === 0 && <Text size="sm">{t('map.system.nothing')}</Text>}
      <Lines title={t('map.system.sends')} edges={sends} nameOf={(edge) => nameOf(edge.to)} onEdge={onEdge} />
      <Lines title={t('map.system.gets')} edges={gets} nameOf={(edge) => nameOf(edge.from)} onEdge={onEdge} />
      {editable && (
        <Group gap="xs">
          <Button
            variant="default"
            leftSection={<IconUser size={14} aria-hidden />}
            onClick={onHandOver}
            disabled={map.systems.length < 2}
          >
            {t('map.system.handOver')}
          </Button>
          {system.manual && (
            <>
              <Button variant="default" leftSection={<IconPencil size={14} aria-hidden />} onClick={onRename}>
                {t('map.system.rename')}
              </Button>
              <Button
                variant="subtle"
                color="red"
                leftSection={<IconTrash size={14} aria-hidden />}
                onClick={onRemove}
              >
                {t('map.system.remove')}
              </Button>
            </>
          )}
        </Group>
      )}
    </Stack>
  );
}

function Lines({
  title,
  edges,
  nameOf,
  onEdge,
}: {
  title: string;
  edges: MapEdge[];
  nameOf: (edge: MapEdge) => string;
  onEdge: (id: string) => void;
}) {
  const words = useLineWords();
  if (edges.length === 0) return null;
  return (
    <section>
      <Title order={3} size="h4" mb={4}>
        {title}
      </Title>
      <ul className={classes.lines}>
        {edges.map((edge) => (
          <li key={edge.id}>
            <UnstyledButton className={classes.lineButton} onClick={() => onEdge(edge.id)}>
              <Text span size="sm" fw={550}>
                {nameOf(edge)}
              </Text>
              <Text span size="xs" c="dimmed" className="numbers">
                {words(edge).word}
              </Text>
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </section>
  );
}
