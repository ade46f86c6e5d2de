/** The parts of a run that table and cards share: what it is called, why it failed, who started it. */
import { Badge, Group, Text } from '@mantine/core';
import {
  IconAlertTriangle,
  IconApi,
  IconArrowFork,
  IconCalendarTime,
  IconHandClick,
  IconPlugConnected,
  type TablerIcon,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import type { Step } from '@/flow/types';
import { formatDuration } from '@/lib/format';
import { useFailureWords } from '../useFailureWords';
import { tookMs } from './held';

export type Run = Schemas['Run'];
export type StepOf = (slug: string, version: number | null | undefined, id: string) => Step | undefined;

const TRIGGER_ICONS: Record<Schemas['TriggerKind'], TablerIcon> = {
  webhook: IconApi,
  connector: IconPlugConnected,
  schedule: IconCalendarTime,
  manual: IconHandClick,
  called: IconArrowFork,
  flow_failed: IconAlertTriangle,
};

export function TriggerWords({ kind }: { kind: Schemas['TriggerKind'] }) {
  const { t } = useTranslation();
  const Icon = TRIGGER_ICONS[kind];
  return (
    <Group gap={6} wrap="nowrap">
      <Icon size={14} aria-hidden style={{ flex: 'none' }} />
      <Text span size="sm" truncate>
        {t(`common.triggerKind.${kind}`)}
      </Text>
    </Group>
  );
}

/** Where and why it failed, in two lines at most; or what became of it since. */
export function WhyWords({ run, stepOf }: { run: Run; stepOf: StepOf }) {
  const { t } = useTranslation();
  const words = useFailureWords();
  const { failure } = run;
  if (!failure) {
    if (run.handled_errors > 0) {
      return (
        <Text size="xs" c="dimmed">
          {t('runs.list.handled', { count: run.handled_errors })}
        </Text>
      );
    }
    return null;
  }
  const step = failure.step ? stepOf(run.slug, run.version, failure.step) : undefined;
  const { headline, detail } = words(failure.error, step?.use);
  const place = failure.step ? `${step?.name ?? failure.step} · ` : '';
  return (
    <Text size="xs" c="dimmed" lineClamp={2} title={detail} style={{ overflowWrap: 'anywhere' }}>
      {place}
      <Text span inherit fw={550} c="var(--mantine-color-text)">
        {headline}
      </Text>
      {` · ${detail}`}
    </Text>
  );
}

export function RunMarks({ run }: { run: Run }) {
  const { t } = useTranslation();
  return (
    <>
      {run.mode === 'test' && <Badge color="grape">{t('runs.test')}</Badge>}
      {run.resumed_by && <Badge color="gray">{t('runs.list.takenOver')}</Badge>}
      {run.dismissed && <Badge color="gray">{t('runs.list.dismissed')}</Badge>}
    </>
  );
}

export function Took({ run, now }: { run: Run; now: number }) {
  const ms = tookMs(run, now);
  return <>{ms === undefined ? '–' : formatDuration(ms)}</>;
}
