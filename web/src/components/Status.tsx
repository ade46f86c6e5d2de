/** A status is always an icon, a colour and a word. */
import { Badge } from '@mantine/core';
import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleMinus,
  IconClockHour4,
  IconHourglass,
  IconLoader2,
  type TablerIcon,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';

export type RunStatus = Schemas['RunStatus'];
export type StepStatus = Schemas['StepStatus'];

export const STATUS_LOOK: Record<RunStatus | StepStatus, { icon: TablerIcon; color: string }> = {
  queued: { icon: IconClockHour4, color: 'gray' },
  pending: { icon: IconCircleDashed, color: 'gray' },
  running: { icon: IconLoader2, color: 'blue' },
  waiting: { icon: IconHourglass, color: 'orange' },
  succeeded: { icon: IconCircleCheckFilled, color: 'teal' },
  failed: { icon: IconAlertTriangleFilled, color: 'red' },
  skipped: { icon: IconCircleMinus, color: 'gray' },
  cancelled: { icon: IconCircleMinus, color: 'gray' },
};

export function StatusBadge({
  color,
  icon: Icon,
  label,
}: {
  color: string;
  icon: TablerIcon;
  label: string;
}) {
  return (
    <Badge color={color} miw="max-content" leftSection={<Icon size={12} aria-hidden />}>
      {label}
    </Badge>
  );
}

export function RunStatusBadge({ status }: { status: RunStatus }) {
  const { t } = useTranslation();
  return <StatusBadge {...STATUS_LOOK[status]} label={t(`common.runStatus.${status}`)} />;
}

export function StepStatusBadge({ status }: { status: StepStatus }) {
  const { t } = useTranslation();
  return <StatusBadge {...STATUS_LOOK[status]} label={t(`common.stepStatus.${status}`)} />;
}
