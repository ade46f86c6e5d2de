/** Two people changed one draft: what the other has, and how both are put together. Nothing of either is lost. */
import { Button, Group, Modal, Radio, Stack, Table, Text } from '@mantine/core';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Conflict, mergeFlows, type Side } from '@/flow/merge';
import type { Step } from '@/flow/types';
import { stepById } from '@/flow/walk';
import type { DraftState, DraftStore } from './draft/store';

const FlowCanvas = lazy(() => import('./canvas/FlowCanvas'));

interface Props {
  store: DraftStore;
  state: DraftState;
  nameOf: (step: Step) => string;
  onClose: () => void;
}

export function Theirs({ store, state, nameOf, onClose }: Props) {
  const { t } = useTranslation();
  const [choices, setChoices] = useState<Record<string, Side>>({});
  const [selected, setSelected] = useState<string | null>(null);
  const { base, theirs, history } = state;
  const merged = useMemo(
    () => theirs && mergeFlows(base.document, history.now, theirs.document, choices),
    [base.document, history.now, theirs, choices],
  );
  if (!theirs || !merged) return null;
  const done = (document: typeof history.now, label: string) => {
    store.resolve(document, label);
    onClose();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('builder.theirs.title')}
      size="min(1040px, 92vw)"
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Text size="sm" mb="xs">
        {t('builder.theirs.lead')}
      </Text>
      <div style={{ height: '46vh', border: '1px solid var(--mantine-color-default-border)' }}>
        <Suspense>
          <FlowCanvas document={theirs.document} selected={selected} onSelect={setSelected} />
        </Suspense>
      </div>
      {merged.conflicts.length === 0 ? (
        <Text size="sm" mt="md">
          {t('builder.theirs.noConflicts')}
        </Text>
      ) : (
        <Conflicts
          conflicts={merged.conflicts}
          choices={choices}
          onChoose={(key, side) => setChoices((now) => ({ ...now, [key]: side }))}
          nameOf={(id) => {
            const step = stepById(history.now, id) ?? stepById(theirs.document, id);
            return step ? nameOf(step) : id;
          }}
        />
      )}
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={() => done(theirs.document, t('builder.theirs.tookTheirs'))}>
          {t('builder.theirs.takeTheirs')}
        </Button>
        <Button onClick={() => done(merged.document, t('builder.theirs.keptMine'))} data-autofocus>
          {t('builder.theirs.keepMine')}
        </Button>
      </Group>
    </Modal>
  );
}

function Conflicts({
  conflicts,
  choices,
  onChoose,
  nameOf,
}: {
  conflicts: Conflict[];
  choices: Record<string, Side>;
  onChoose: (key: string, side: Side) => void;
  nameOf: (id: string) => string;
}) {
  const { t } = useTranslation();
  return (
    <Stack gap={4} mt="md">
      <Text size="sm" fw={600}>
        {t('builder.theirs.both', { count: conflicts.length })}
      </Text>
      <Table.ScrollContainer minWidth={600} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('builder.theirs.field')}</Table.Th>
              <Table.Th>{t('builder.theirs.mine')}</Table.Th>
              <Table.Th>{t('builder.theirs.theirs')}</Table.Th>
              <Table.Th>{t('builder.theirs.which')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {conflicts.map((conflict) => (
              <Table.Tr key={conflict.key}>
                <Table.Td>
                  {conflict.step && <b>{nameOf(conflict.step)} </b>}
                  {conflict.field?.replace(/^with\//, '')}
                </Table.Td>
                <Table.Td style={{ maxWidth: 260 }}>
                  {shown(conflict.mine, t('builder.theirs.removed'))}
                </Table.Td>
                <Table.Td style={{ maxWidth: 260 }}>
                  {shown(conflict.theirs, t('builder.theirs.removed'))}
                </Table.Td>
                <Table.Td>
                  <Radio.Group
                    value={choices[conflict.key] ?? 'mine'}
                    onChange={(side) => onChoose(conflict.key, side as Side)}
                    aria-label={t('builder.theirs.which')}
                  >
                    <Group gap="sm" wrap="nowrap">
                      <Radio value="mine" label={t('builder.theirs.mine')} />
                      <Radio value="theirs" label={t('builder.theirs.theirs')} />
                    </Group>
                  </Radio.Group>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}

function shown(value: unknown, absent: string) {
  const text = value === undefined ? absent : typeof value === 'string' ? value : JSON.stringify(value);
  return (
    <Text size="xs" lineClamp={3} style={{ overflowWrap: 'anywhere' }}>
      {text}
    </Text>
  );
}
