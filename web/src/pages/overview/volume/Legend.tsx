import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { formatNumber } from '@/lib/format';
import type { Outcomes } from '../types';
import { COLOUR, FILL, OUTCOMES } from './outcomes';

/** What the bars are made of, with the count of each; outcomes that there were none of are left out. */
export function Legend({ runs }: { runs: Outcomes }) {
  const { t } = useTranslation();
  return (
    <Group gap="md">
      <Patterns />
      {OUTCOMES.filter((outcome) => runs[outcome] > 0 || outcome === 'succeeded').map((outcome) => (
        <Group key={outcome} gap={6} wrap="nowrap">
          <svg width={12} height={12} aria-hidden="true">
            <rect width={12} height={12} rx={2} style={{ fill: FILL[outcome] }} />
          </svg>
          <Text span size="xs" className="numbers">
            {t(`common.runStatus.${outcome}`)} {formatNumber(runs[outcome])}
          </Text>
        </Group>
      ))}
    </Group>
  );
}

/** Stripes for what failed, dots for what was cancelled: known to every drawing of the page. */
function Patterns() {
  return (
    <svg width={0} height={0} style={{ position: 'absolute' }} aria-hidden="true">
      <defs>
        <pattern
          id="outcome-failed"
          width={5}
          height={5}
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect width={5} height={5} style={{ fill: COLOUR.failed }} />
          <rect width={1.5} height={5} style={{ fill: 'var(--mantine-color-body)' }} />
        </pattern>
        <pattern id="outcome-cancelled" width={4} height={4} patternUnits="userSpaceOnUse">
          <rect width={4} height={4} style={{ fill: 'var(--mantine-color-body)' }} />
          <circle cx={2} cy={2} r={1.3} style={{ fill: COLOUR.cancelled }} />
        </pattern>
      </defs>
    </svg>
  );
}
