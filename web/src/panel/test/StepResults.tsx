/** The steps of a test in the document's order; each opens to what it did. */
import { Anchor, Collapse, Group, Paper, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconSend } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { STATUS_LOOK } from '@/components/Status';
import { formatDuration } from '@/lib/format';
import { type Effect, StepResult, tookMs } from './StepResult';
import type { RunView } from './useTest';

type StepRun = Schemas['StepRun'];

export function StepResults({
  steps,
  whole,
  onSelect,
}: {
  steps: StepRun[];
  whole?: RunView;
  onSelect: (id: string) => void;
}) {
  const inside = new Map<string, StepRun[]>();
  for (const item of whole?.test?.inside ?? []) {
    const loop = item.frame.replace(/\[.*$/, '').split('/').at(-1) ?? '';
    inside.set(loop, [...(inside.get(loop) ?? []), ...item.steps]);
  }
  const effects = new Map((whole?.test?.effects ?? []).map((one) => [one.step, one]));
  const failed = steps.find((one) => one.status === 'failed')?.id;
  return (
    <Stack gap={6} component="ol" p={0} m={0} style={{ listStyle: 'none' }}>
      {steps.map((step) => (
        <li key={step.id}>
          <Line step={step} effect={effects.get(step.id)} onSelect={onSelect} begins={step.id === failed} />
          {(inside.get(step.id) ?? []).map((inner) => (
            <div key={inner.id} style={{ marginLeft: 20, marginTop: 6 }}>
              <Line
                step={inner}
                effect={effects.get(inner.id)}
                onSelect={onSelect}
                begins={inner.status === 'failed'}
              />
            </div>
          ))}
        </li>
      ))}
    </Stack>
  );
}

function Line({
  step,
  effect,
  onSelect,
  begins,
}: {
  step: StepRun;
  effect?: Effect;
  onSelect: (id: string) => void;
  begins: boolean;
}) {
  const { t } = useTranslation();
  const [asked, setOpen] = useState<boolean>();
  const open = asked ?? begins;
  const { icon: Icon, color } = STATUS_LOOK[step.status];
  const Chevron = open ? IconChevronDown : IconChevronRight;
  const took = tookMs(step);
  return (
    <Paper>
      <UnstyledButton w="100%" px="sm" py={7} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Group gap={8} wrap="nowrap">
          <Chevron size={14} aria-hidden style={{ flex: 'none' }} />
          <Icon size={16} aria-hidden style={{ flex: 'none' }} color={`var(--mantine-color-${color}-text)`} />
          <Text
            span
            size="sm"
            truncate
            flex={1}
            c={step.status === 'skipped' || step.status === 'pending' ? 'dimmed' : undefined}
          >
            {step.name ?? step.id}
          </Text>
          <Text span size="xs" c="dimmed" className="numbers" style={{ whiteSpace: 'nowrap' }}>
            {effect?.request ? (
              <Group gap={4} component="span" wrap="nowrap">
                <IconSend size={12} aria-hidden />
                {t('panel.result.notSent')}
              </Group>
            ) : step.status === 'succeeded' && took !== undefined ? (
              formatDuration(took)
            ) : (
              t(`common.stepStatus.${step.status}`)
            )}
          </Text>
        </Group>
      </UnstyledButton>
      <Collapse expanded={open}>
        {open && (
          <Stack gap="sm" px="sm" pb="sm">
            <StepResult step={step} effect={effect} />
            <Anchor component="button" type="button" size="xs" ta="left" onClick={() => onSelect(step.id)}>
              {t('panel.test.openStep')}
            </Anchor>
          </Stack>
        )}
      </Collapse>
    </Paper>
  );
}
