/** One line of the outline: the trigger, a step, or a way that leads on. */
import { ActionIcon } from '@mantine/core';
import {
  IconAlertTriangle,
  IconAlertTriangleFilled,
  IconArrowDown,
  IconArrowMerge,
  IconArrowsSplit2,
  IconArrowUp,
  IconPlus,
  IconRepeat,
  IconReplace,
  IconRowInsertTop,
  IconTrash,
} from '@tabler/icons-react';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { useTitles, wordsOf } from '@/api/catalogue';
import { STATUS_LOOK } from '@/components/Status';
import { ERROR, endsRun, parseRef } from '@/flow/exits';
import { placeDown, placeUp } from '@/flow/moves';
import type { OutlineRow } from '@/flow/outline';
import { placeBefore } from '@/flow/place';
import type { Fault, FlowDocument, Step, StepLook } from '@/flow/types';
import { stepById } from '@/flow/walk';
import { formatDuration } from '@/lib/format';
import { subtitleOf } from '../canvas/nodes';
import { usePortName } from '../canvas/ports';
import { UseTile } from '../canvas/UseTile';
import type { CanvasEditing } from '../canvas/useKeys';
import c from './outline.module.css';

interface Props {
  id: string;
  row: OutlineRow;
  document: FlowDocument;
  selected: boolean;
  current: boolean;
  faults?: Fault[];
  look?: StepLook;
  edit?: CanvasEditing;
  onReach: () => void;
  onInsert: () => void;
}

export function OutlineLine(props: Props) {
  const { id, row, selected, current, onReach } = props;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree handles the keys of its items
    <div
      id={id}
      role="treeitem"
      aria-level={row.level}
      aria-selected={selected}
      tabIndex={current ? 0 : -1}
      className={c.line}
      data-kind={row.kind}
      style={{ '--level': row.level - 1 } as CSSProperties}
      onClick={onReach}
    >
      {row.kind === 'way' ? <Way {...props} row={row} /> : <Card {...props} row={row} />}
    </div>
  );
}

function Way({ row, edit, current, onInsert }: Props & { row: OutlineRow & { kind: 'way' } }) {
  const { t } = useTranslation();
  const portName = usePortName();
  const isError = row.port === ERROR;
  const Icon = row.inside ? IconRepeat : isError ? IconAlertTriangle : IconArrowsSplit2;
  const name = row.inside
    ? t('builder.card.eachItem')
    : row.port
      ? portName(row.port)
      : t('builder.outline.atOnce');
  return (
    <>
      <Icon size={14} aria-hidden className={isError ? c.error : undefined} />
      <span className={c.way}>{name}</span>
      {row.empty && <span className={c.dim}>{t('builder.outline.empty')}</span>}
      <span className={c.spring} />
      {edit && (
        <Tool label={t('builder.outline.addTo', { name })} current={current} onClick={onInsert}>
          <IconPlus size={15} />
        </Tool>
      )}
    </>
  );
}

function Card(props: Props & { row: OutlineRow & { kind: 'step' | 'trigger' } }) {
  const { row, document, faults, look, edit, current, onInsert } = props;
  const { t } = useTranslation();
  const titles = useTitles();
  const portName = usePortName();
  const step = row.kind === 'step' ? row.step : undefined;
  const use = step?.use ?? document.trigger.use;
  const of = step ? 'step' : 'trigger';
  const words = wordsOf(use, of, titles);
  const name = step?.name || words.title || step?.id || '';
  const nameAt = (ref: string) => {
    const { id, port } = parseRef(ref);
    const at = stepById(document, id);
    const named = at ? at.name || wordsOf(at.use, 'step', titles).title : id;
    return port ? `${named} (${portName(port)})` : named;
  };
  const wrong = (faults ?? []).filter((fault) =>
    step ? fault.step === step.id : !fault.step && fault.pointer.startsWith('/trigger'),
  ).length;
  return (
    <>
      <UseTile use={use} of={of} size={30} />
      <span className={c.words}>
        <span className={c.name}>{name}</span>
        <span className={c.dim}>
          {step
            ? subtitleOf(step, words)
            : [t('builder.card.trigger'), words.system].filter(Boolean).join(' · ')}
        </span>
        {row.kind === 'step' && row.meets.length > 0 && (
          <span className={c.dim}>
            {t(`builder.outline.meets.${row.step.join ?? 'one'}`, {
              names: row.meets.map(nameAt).join(t('builder.outline.comma')),
            })}
          </span>
        )}
        {step?.note && <span className={c.note}>{step.note}</span>}
      </span>
      {look && <Look look={look} />}
      {wrong > 0 && (
        <span className={c.wrong}>
          <IconAlertTriangleFilled size={13} aria-hidden />
          {t('builder.card.faults', { count: wrong })}
        </span>
      )}
      {edit && (
        <span className={c.tools}>
          {!(step && endsRun(step)) && (
            <Tool label={t('builder.outline.addAfter', { name })} current={current} onClick={onInsert}>
              <IconPlus size={15} />
            </Tool>
          )}
          {!step && (
            <Tool label={t('builder.tools.trigger')} current={current} onClick={edit.onTrigger}>
              <IconReplace size={15} />
            </Tool>
          )}
          {row.kind === 'step' && row.meets.length > 0 && (
            <MeetTools step={row.step} document={document} name={name} current={current} edit={edit} />
          )}
          {step && <StepTools {...props} id={step.id} name={name} edit={edit} />}
        </span>
      )}
    </>
  );
}

/** Of a step in which ways meet: when it starts, and what is done once they have met. */
function MeetTools({
  step,
  document,
  name,
  current,
  edit,
}: {
  step: Step;
  document: FlowDocument;
  name: string;
  current: boolean;
  edit: CanvasEditing;
}) {
  const { t } = useTranslation();
  const place = placeBefore(document, step.id);
  const other = step.join === 'any' ? 'all' : 'any';
  return (
    <>
      <Tool
        label={t('builder.outline.addBefore', { name })}
        current={current}
        onClick={() => place && edit.onInsert(place)}
      >
        <IconRowInsertTop size={15} />
      </Tool>
      <Tool
        label={t(`builder.outline.join.${other}`, { name })}
        current={current}
        onClick={() => edit.actions.setJoin(step.id, other)}
      >
        <IconArrowMerge size={15} />
      </Tool>
    </>
  );
}

function StepTools({ document, id, name, edit, current }: Props & { name: string; edit: CanvasEditing }) {
  const { t } = useTranslation();
  const [up, down] = [placeUp(document, id), placeDown(document, id)];
  return (
    <>
      <Tool
        label={t('builder.outline.up', { name })}
        current={current}
        off={!up}
        onClick={() => up && edit.actions.move(id, up)}
      >
        <IconArrowUp size={15} />
      </Tool>
      <Tool
        label={t('builder.outline.down', { name })}
        current={current}
        off={!down}
        onClick={() => down && edit.actions.move(id, down)}
      >
        <IconArrowDown size={15} />
      </Tool>
      <Tool
        label={t('builder.outline.remove', { name })}
        current={current}
        onClick={() => edit.actions.remove([id])}
      >
        <IconTrash size={15} />
      </Tool>
    </>
  );
}

function Tool({
  label,
  current,
  off,
  onClick,
  children,
}: {
  label: string;
  /** The Tab key reaches those of the current line. */
  current: boolean;
  off?: boolean;
  onClick: () => void;
  children: React.ReactNode;
}) {
  return (
    <ActionIcon
      aria-label={label}
      title={label}
      tabIndex={current ? 0 : -1}
      disabled={off}
      style={off ? { background: 'transparent' } : undefined}
      onClick={(event) => {
        event.stopPropagation();
        onClick();
      }}
    >
      {children}
    </ActionIcon>
  );
}

function Look({ look }: { look: StepLook }) {
  const { t } = useTranslation();
  const { icon: Mark } = STATUS_LOOK[look.status];
  return (
    <span className={`${c.look} numbers`}>
      <Mark size={14} aria-hidden />
      {t(`common.stepStatus.${look.status}`)}
      {look.took_ms !== undefined && ` · ${formatDuration(look.took_ms)}`}
    </span>
  );
}
