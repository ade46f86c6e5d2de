/** The flows that were found, and what was chosen of them. */
import { Box, Button, Checkbox, Group, Paper, Table, Text, VisuallyHidden } from '@mantine/core';
import { IconArchive, IconDownload, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Flow, useFlowStats } from '@/api/flows';
import { useCan } from '@/api/session';
import { type FlowActions, useFlowActions } from './actions';
import { FlowRow } from './FlowRow';

const DAYS = 7;

export function FlowTable({ flows, onTag }: { flows: Flow[]; onTag: (tag: string) => void }) {
  const { t } = useTranslation();
  const actions = useFlowActions();
  const stats = useFlowStats(
    flows.map((flow) => flow.slug),
    DAYS,
  );
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  // What went out of view by a filter is chosen no more.
  const selected = flows.filter((flow) => chosen.has(flow.slug));
  const choose = (slug: string, on: boolean) =>
    setChosen((now) => {
      const next = new Set(now);
      if (on) next.add(slug);
      else next.delete(slug);
      return next;
    });
  return (
    <>
      {selected.length > 0 && (
        <BulkBar flows={selected} actions={actions} onClear={() => setChosen(new Set())} />
      )}
      <Box style={{ overflowX: 'auto' }}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th visibleFrom="sm" w={36}>
                <Checkbox
                  size="xs"
                  aria-label={t('flows.list.selectAll')}
                  checked={selected.length === flows.length}
                  indeterminate={selected.length > 0 && selected.length < flows.length}
                  onChange={(event) =>
                    setChosen(new Set(event.currentTarget.checked ? flows.map((flow) => flow.slug) : []))
                  }
                />
              </Table.Th>
              <Table.Th>{t('common.name')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('flows.list.startedBy')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('common.status')}</Table.Th>
              <Table.Th visibleFrom="md" miw={116}>
                {t('flows.list.lastRun')}
              </Table.Th>
              <Table.Th visibleFrom="md" ta="right" style={{ whiteSpace: 'nowrap' }}>
                {t('flows.list.success', { days: DAYS })}
              </Table.Th>
              <Table.Th visibleFrom="lg" w={110}>
                {t('flows.list.perDay')}
              </Table.Th>
              <Table.Th w={60}>{t('flows.list.onOff')}</Table.Th>
              <Table.Th w={44}>
                <VisuallyHidden>{t('common.actions')}</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {flows.map((flow) => (
              <FlowRow
                key={flow.slug}
                flow={flow}
                stats={stats.data?.get(flow.slug)}
                actions={actions}
                selected={chosen.has(flow.slug)}
                onSelect={(on) => choose(flow.slug, on)}
                onTag={onTag}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Box>
    </>
  );
}

function BulkBar({ flows, actions, onClear }: { flows: Flow[]; actions: FlowActions; onClear: () => void }) {
  const { t } = useTranslation();
  const mayEdit = useCan('editor');
  const [busy, setBusy] = useState(false);
  const run = (act: () => Promise<unknown>) => async () => {
    setBusy(true);
    await act();
    setBusy(false);
  };
  const inService = flows.filter((flow) => !flow.archived_at);
  return (
    <Paper p="xs" mb="xs" pos="sticky" top={60} style={{ zIndex: 2 }} role="group" aria-live="polite">
      <Group gap="xs">
        <Text size="sm" fw={550} mr="xs">
          {t('flows.list.chosen', { count: flows.length })}
        </Text>
        {mayEdit && (
          <>
            <Button
              variant="default"
              disabled={busy}
              leftSection={<IconPlayerPlay size={14} aria-hidden />}
              onClick={run(() => actions.setEnabled(inService, true))}
            >
              {t('flows.do.on')}
            </Button>
            <Button
              variant="default"
              disabled={busy}
              leftSection={<IconPlayerPause size={14} aria-hidden />}
              onClick={run(() => actions.setEnabled(inService, false))}
            >
              {t('flows.do.off')}
            </Button>
            <Button
              variant="default"
              disabled={busy || inService.length === 0}
              leftSection={<IconArchive size={14} aria-hidden />}
              onClick={run(() => actions.setArchived(inService, true))}
            >
              {t('flows.do.archive')}
            </Button>
          </>
        )}
        <Button
          variant="default"
          disabled={busy}
          leftSection={<IconDownload size={14} aria-hidden />}
          onClick={run(() => actions.exportFlows(flows))}
        >
          {t('flows.do.export')}
        </Button>
        <Button variant="subtle" color="gray" onClick={onClear}>
          {t('flows.list.clearChosen')}
        </Button>
      </Group>
    </Paper>
  );
}
