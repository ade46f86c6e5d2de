import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconUser,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { StatusBadge } from '@/components/Status';
import { formatNumber } from '@/lib/format';
import { healthOf } from '../model/health';
import type { MapEdge } from '../types';

const LOOK = {
  well: { icon: IconCircleCheckFilled, color: 'teal' },
  failing: { icon: IconAlertTriangleFilled, color: 'red' },
  quiet: { icon: IconCircleDashed, color: 'gray' },
  byHand: { icon: IconUser, color: 'gray' },
} as const;

export function HealthBadge({ edge }: { edge: MapEdge }) {
  const { t } = useTranslation();
  const health = healthOf(edge);
  return (
    <StatusBadge {...LOOK[health]} label={t(`map.health.${health}`, { failed: formatNumber(edge.failed) })} />
  );
}
