/** How each kind of step and trigger looks. */

import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconArrowsSplit2,
  IconCalendarTime,
  IconCode,
  IconHandClick,
  IconHourglass,
  IconPlugConnected,
  IconPuzzle,
  IconRepeat,
  IconRoute,
  IconRouteAltLeft,
  IconSquareRoundedX,
  IconUserCheck,
  IconWebhook,
  type TablerIcon,
} from '@tabler/icons-react';
import { connectorOf } from '@/flow/use';

interface Look {
  icon: TablerIcon;
  /** A colour of the theme. */
  tint: string;
}

const STEPS: Record<string, Look> = {
  approval: { icon: IconUserCheck, tint: 'yellow' },
  branch: { icon: IconArrowsSplit2, tint: 'violet' },
  call_flow: { icon: IconRoute, tint: 'indigo' },
  for_each: { icon: IconRepeat, tint: 'violet' },
  respond: { icon: IconArrowBackUp, tint: 'orange' },
  script: { icon: IconCode, tint: 'harbour' },
  stop: { icon: IconSquareRoundedX, tint: 'gray' },
  wait: { icon: IconHourglass, tint: 'yellow' },
};
const TRIGGERS: Record<string, Look> = {
  called: { icon: IconRouteAltLeft, tint: 'orange' },
  flow_failed: { icon: IconAlertTriangle, tint: 'orange' },
  manual: { icon: IconHandClick, tint: 'orange' },
  schedule: { icon: IconCalendarTime, tint: 'orange' },
  webhook: { icon: IconWebhook, tint: 'orange' },
};

export function lookOf(use: string, of: 'step' | 'trigger'): Look {
  const own = of === 'step' ? STEPS[use] : TRIGGERS[use];
  if (own) return own;
  if (connectorOf(use)) return { icon: IconPlugConnected, tint: of === 'trigger' ? 'orange' : 'blue' };
  return { icon: IconPuzzle, tint: 'gray' };
}
