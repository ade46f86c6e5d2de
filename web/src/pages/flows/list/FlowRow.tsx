/** One flow in the list. */
import {
  Anchor,
  Badge,
  Checkbox,
  Group,
  Stack,
  Switch,
  Table,
  Text,
  Tooltip,
  UnstyledButton,
} from '@mantine/core';
import {
  IconArchive,
  IconCircleCheckFilled,
  IconPencil,
  IconPencilExclamation,
  IconPlayerPauseFilled,
  type TablerIcon,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Flow, FlowStats } from '@/api/flows';
import { useCan } from '@/api/session';
import { RunStatusBadge, StatusBadge } from '@/components/Status';
import { Ago } from '@/components/Time';
import { formatNumber, formatShare } from '@/lib/format';
import type { FlowActions } from './actions';
import { FlowMenu } from './FlowMenu';
import { Sparkline } from './Sparkline';
import { StartedBy } from './StartedBy';
import { type FlowState, stateOf } from './state';

const LOOK: Record<FlowState, { icon: TablerIcon; color: string }> = {
  on: { icon: IconCircleCheckFilled, color: 'teal' },
  off: { icon: IconPlayerPauseFilled, color: 'gray' },
  draft: { icon: IconPencil, color: 'gray' },
  archived: { icon: IconArchive, color: 'gray' },
};

export function FlowStateBadges({ flow }: { flow: Flow }) {
  const { t } = useTranslation();
  const state = stateOf(flow);
  return (
    <Group gap={4}>
      <StatusBadge {...LOOK[state]} label={t(`flows.state.${state}`)} />
      {flow.changed && flow.published != null && !flow.archived_at && (
        <StatusBadge color="orange" icon={IconPencilExclamation} label={t('flows.state.changed')} />
      )}
    </Group>
  );
}

export function FlowRow({
  flow,
  stats,
  actions,
  selected,
  onSelect,
  onTag,
}: {
  flow: Flow;
  stats: FlowStats | undefined;
  actions: FlowActions;
  selected: boolean;
  onSelect: (selected: boolean) => void;
  onTag: (tag: string) => void;
}) {
  const { t } = useTranslation();
  const mayEdit = useCan('editor');
  return (
    <Table.Tr bg={selected ? 'var(--mantine-primary-color-light)' : undefined}>
      <Table.Td visibleFrom="sm">
        <Checkbox
          size="xs"
          aria-label={t('flows.list.select', { name: flow.name })}
          checked={selected}
          onChange={(event) => onSelect(event.currentTarget.checked)}
        />
      </Table.Td>
      <Table.Td>
        <Stack gap={2} miw={0}>
          <Anchor
            component={Link}
            to={`/flows/${flow.slug}`}
            fw={550}
            size="sm"
            lh="24px"
            c="var(--mantine-color-text)"
          >
            {flow.name}
          </Anchor>
          <Group gap={2}>
            <Text size="xs" c="dimmed" me={4}>
              {flow.slug}
            </Text>
            {flow.tags.map((tag) => (
              <Tooltip key={tag} label={t('flows.list.withTag', { tag })}>
                <UnstyledButton onClick={() => onTag(tag)} h={24} px={2}>
                  <Badge size="xs" color="gray" style={{ cursor: 'pointer' }}>
                    {tag}
                  </Badge>
                </UnstyledButton>
              </Tooltip>
            ))}
          </Group>
          <Group hiddenFrom="sm" gap={4} mt={2}>
            <FlowStateBadges flow={flow} />
          </Group>
        </Stack>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <StartedBy flow={flow} />
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <FlowStateBadges flow={flow} />
      </Table.Td>
      <Table.Td visibleFrom="md">
        {stats?.last_run ? (
          <Stack gap={2} align="flex-start">
            <Anchor
              component={Link}
              to={`/runs/${stats.last_run.id}`}
              underline="never"
              aria-label={t('flows.list.lastRunOf', {
                name: flow.name,
                status: t(`common.runStatus.${stats.last_run.status}`),
              })}
            >
              <RunStatusBadge status={stats.last_run.status} />
            </Anchor>
            <Ago at={stats.last_run.created_at} size="xs" />
          </Stack>
        ) : (
          <Nothing />
        )}
      </Table.Td>
      <Table.Td visibleFrom="md" className="numbers" ta="right">
        {stats?.success_rate != null ? (
          <Stack gap={0}>
            <Text size="sm">{formatShare(stats.success_rate)}</Text>
            <Text size="xs" c="dimmed">
              {t('flows.list.runs', { count: stats.runs, shown: formatNumber(stats.runs) })}
            </Text>
          </Stack>
        ) : (
          <Nothing />
        )}
      </Table.Td>
      <Table.Td visibleFrom="lg">
        <Sparkline daily={stats?.daily} />
      </Table.Td>
      <Table.Td>
        {!flow.archived_at && (
          <Switch
            aria-label={t('flows.list.switch', { name: flow.name })}
            checked={flow.enabled && flow.published != null}
            disabled={flow.published == null || !mayEdit}
            onChange={(event) => void actions.setEnabled([flow], event.currentTarget.checked)}
          />
        )}
      </Table.Td>
      <Table.Td>
        <FlowMenu flow={flow} actions={actions} />
      </Table.Td>
    </Table.Tr>
  );
}

function Nothing() {
  return (
    <Text span size="sm" c="dimmed">
      –
    </Text>
  );
}
