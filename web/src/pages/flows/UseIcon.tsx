/** The icon of a step's or trigger's `use`: of its system, or of its kind. */
import { ThemeIcon } from '@mantine/core';
import {
  IconAlertTriangle,
  IconArrowForwardUp,
  IconArrowsSplit2,
  IconCalendarClock,
  IconCode,
  IconHandClick,
  IconHandStop,
  IconHourglass,
  IconMessageReply,
  IconRepeat,
  IconSquareRounded,
  IconUserCheck,
  IconWebhook,
  IconWorld,
  type TablerIcon,
} from '@tabler/icons-react';
import { ConnectorIcon } from '@/components/ConnectorIcon';

const ICONS: Record<string, TablerIcon> = {
  approval: IconUserCheck,
  branch: IconArrowsSplit2,
  call_flow: IconArrowForwardUp,
  called: IconArrowForwardUp,
  flow_failed: IconAlertTriangle,
  for_each: IconRepeat,
  'http.request': IconWorld,
  manual: IconHandClick,
  respond: IconMessageReply,
  schedule: IconCalendarClock,
  script: IconCode,
  stop: IconHandStop,
  wait: IconHourglass,
  webhook: IconWebhook,
};

export function UseIcon({ use, size = 26 }: { use: string; size?: number }) {
  const known = ICONS[use];
  if (!known && use.includes('.')) return <ConnectorIcon name={use.split('.')[0] ?? ''} size={size} />;
  const Icon = known ?? IconSquareRounded;
  return (
    <ThemeIcon size={size} variant="light" color="gray" aria-hidden>
      <Icon size={size * 0.6} />
    </ThemeIcon>
  );
}
