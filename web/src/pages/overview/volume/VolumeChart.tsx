/** Loaded when there is something to draw: recharts is heavy. */
import '@mantine/charts/styles.css';
import { BarChart } from '@mantine/charts';
import { useTranslation } from 'react-i18next';
import { Rectangle } from 'recharts';
import { formatNumber } from '@/lib/format';
import type { Period } from '../reckon';
import { slotNames } from '../slots';
import type { Slot } from '../types';
import { COLOUR, FILL, OUTCOMES, type Outcome } from './outcomes';

/** One failed run among thousands is still to be seen. */
const LEAST = 3;

interface Drawn {
  y?: number;
  height?: number;
  payload?: Slot;
}

export default function VolumeChart({ slots, days }: { slots: Slot[]; days: Period }) {
  const { t } = useTranslation();
  const names = slotNames(days);
  const shapeOf = (outcome: Outcome) => (drawn: Drawn) => {
    const { y = 0, height = 0 } = drawn;
    if (!drawn.payload?.[outcome]) return <g />;
    const seen = Math.max(height, LEAST);
    return <Rectangle {...drawn} y={y + height - seen} height={seen} fill={FILL[outcome]} />;
  };
  return (
    <BarChart
      h={240}
      data={slots}
      dataKey="at"
      type="stacked"
      tickLine="none"
      maxBarWidth={36}
      valueFormatter={formatNumber}
      series={OUTCOMES.map((outcome) => ({
        name: outcome,
        label: t(`common.runStatus.${outcome}`),
        color: COLOUR[outcome],
      }))}
      barProps={({ name }) => ({ shape: shapeOf(name as Outcome) })}
      barChartProps={{ title: t('overview.volume.label') }}
      xAxisProps={{ tickFormatter: names.short, minTickGap: 18 }}
      yAxisProps={{ allowDecimals: false, width: 44 }}
      tooltipProps={{ labelFormatter: (at) => (at ? names.whole(String(at)) : '') }}
    />
  );
}
