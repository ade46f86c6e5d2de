/** Runs per day, small: succeeded above the line, failed below it. */
import { Text, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { formatDay, formatNumber } from '@/lib/format';
import { barsOf } from './sparkline';

const WIDTH = 88;
const HEIGHT = 26;

export function Sparkline({ daily }: { daily: Schemas['FlowDay'][] | undefined }) {
  const { t } = useTranslation();
  if (!daily || daily.every((day) => day.succeeded + day.failed === 0)) {
    return (
      <Text span size="sm" c="dimmed">
        –
      </Text>
    );
  }
  const { bars, base, barWidth } = barsOf(daily, WIDTH, HEIGHT);
  const figures = daily.map((day) =>
    t('flows.list.dayFigures', {
      day: formatDay(day.day),
      succeeded: formatNumber(day.succeeded),
      failed: formatNumber(day.failed),
    }),
  );
  return (
    <Tooltip label={<span style={{ whiteSpace: 'pre-line' }}>{figures.join('\n')}</span>}>
      <svg
        width={WIDTH}
        height={HEIGHT}
        role="img"
        aria-label={`${t('flows.list.perDay')}: ${figures.join('; ')}`}
        style={{ display: 'block' }}
      >
        {bars.map((bar) => (
          <g key={bar.day}>
            <rect
              x={bar.x}
              y={base - bar.up}
              width={barWidth}
              height={bar.up}
              fill="var(--mantine-primary-color-filled)"
            />
            <rect
              x={bar.x}
              y={base + 1}
              width={barWidth}
              height={bar.down}
              fill="var(--mantine-color-red-6)"
            />
          </g>
        ))}
        <line x1={0} x2={WIDTH} y1={base + 0.5} y2={base + 0.5} stroke="var(--cw-edge)" strokeWidth={1} />
      </svg>
    </Tooltip>
  );
}
