/** A step or the trigger on the canvas. Plain elements: a hundred of them move at once. */
import { IconAlertTriangleFilled, IconChevronRight } from '@tabler/icons-react';
import type { Node, NodeProps } from '@xyflow/react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { STATUS_LOOK } from '@/components/Status';
import type { StepLook } from '@/flow/types';
import { formatDuration, formatNumber } from '@/lib/format';
import c from './canvas.module.css';
import { usePortName } from './ports';
import { UseTile } from './UseTile';

export type CardData = {
  use: string;
  of: 'step' | 'trigger';
  title: string;
  subtitle: string;
  note?: string;
  faults: number;
  /** Whether at least one of them stands against publishing. */
  broken: boolean;
  look?: StepLook;
  marked: boolean;
  editable: boolean;
};
export type CardNodeType = Node<CardData, 'card'>;

export const CardNode = memo(function CardNode({ data }: NodeProps<CardNodeType>) {
  return (
    <div
      className={c.card}
      data-marked={data.marked || undefined}
      data-status={data.look?.status}
      data-of={data.of}
    >
      <div className={c.row}>
        <UseTile use={data.use} of={data.of} />
        <div className={c.text}>
          <div className={c.title}>{data.title}</div>
          {data.look ? <Look look={data.look} /> : <div className={c.subtitle}>{data.subtitle}</div>}
        </div>
        {data.faults > 0 && <Faults count={data.faults} broken={data.broken} />}
      </div>
      {data.note && (
        <div className={c.note}>
          <div className={c.noteText}>{data.note}</div>
        </div>
      )}
    </div>
  );
});

function Look({ look }: { look: StepLook }) {
  const { t } = useTranslation();
  const portName = usePortName();
  const { icon: Mark } = STATUS_LOOK[look.status];
  const parts = [t(`common.stepStatus.${look.status}`)];
  if (look.items) {
    const { settled, count, failed } = look.items;
    const numbers = {
      settled: formatNumber(settled),
      count: formatNumber(count),
      failed: formatNumber(failed),
    };
    // A card is narrow: what failed of all says both once all are settled.
    if (failed && settled === count) parts.push(t('builder.card.itemsEnded', numbers));
    else {
      parts.push(t('builder.card.items', numbers));
      if (failed) parts.push(t('builder.card.itemsFailed', numbers));
    }
  }
  if (look.took_ms !== undefined) parts.push(formatDuration(look.took_ms));
  if (look.attempts && look.attempts > 1) parts.push(t('builder.card.attempts', { count: look.attempts }));
  return (
    <div className={`${c.subtitle} ${c.status} numbers`} data-status={look.status}>
      <Mark size={13} aria-hidden />
      <span className={c.parts}>{parts.join(' · ')}</span>
      {look.port && (
        <span className={c.port}>
          <IconChevronRight size={11} aria-hidden />
          {portName(look.port)}
        </span>
      )}
    </div>
  );
}

function Faults({ count, broken }: { count: number; broken: boolean }) {
  const { t } = useTranslation();
  const label = t('builder.card.faults', { count });
  return (
    <span className={c.faults} data-broken={broken || undefined} role="img" aria-label={label} title={label}>
      <IconAlertTriangleFilled size={13} aria-hidden />
      {count}
    </span>
  );
}
