/** The flow as a list: the twin of the canvas, all of it by keyboard and for screen readers. */
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import {
  type ClipboardEvent,
  type KeyboardEvent,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import { placeDown, placeUp } from '@/flow/moves';
import { type OutlineRow, outlineOf } from '@/flow/outline';
import { type Fault, type FlowDocument, type StepLook, TRIGGER } from '@/flow/types';
import { type CanvasEditing, placeFor } from '../canvas/useKeys';
import { OutlineLine } from './OutlineLine';
import c from './outline.module.css';

interface Props {
  document: FlowDocument;
  selected: string | null;
  onSelect: (id: string | null) => void;
  faults?: Fault[];
  looks?: Record<string, StepLook>;
  edit?: CanvasEditing;
}

/** What a row stands for in the flow; ways stand for themselves. */
const idOf = (row: OutlineRow): string | null =>
  row.kind === 'trigger' ? TRIGGER : row.kind === 'step' ? row.step.id : null;

export function Outline({ document, selected, onSelect, faults, looks, edit }: Props) {
  const { t } = useTranslation();
  const root = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => outlineOf(document), [document]);
  const [at, setAt] = useState<string | null>(null);
  const current =
    rows.find((row) => row.key === at && (idOf(row) === null || idOf(row) === selected)) ??
    rows.find((row) => selected !== null && idOf(row) === selected) ??
    rows[0];

  const reach = useCallback(
    (row: OutlineRow | undefined) => {
      if (!row) return;
      setAt(row.key);
      onSelect(idOf(row));
      requestAnimationFrame(() => root.current?.querySelector<HTMLElement>(`#${rowId(row.key)}`)?.focus());
    },
    [onSelect],
  );
  const currentKey = current?.key;
  useEffect(() => {
    if (!currentKey) return;
    const timer = setTimeout(() => {
      const isNowhere = window.document.activeElement === window.document.body;
      if (isNowhere) root.current?.querySelector<HTMLElement>(`#${rowId(currentKey)}`)?.focus();
    }, 300);
    return () => clearTimeout(timer);
  }, [currentKey]);
  const insert = (row: OutlineRow) =>
    edit?.onInsert(row.kind === 'way' ? row.place : placeFor(document, idOf(row)));

  const onKeyDown = (event: KeyboardEvent) => {
    if (!current || (event.target as HTMLElement).closest('button')) return;
    const index = rows.indexOf(current);
    const id = idOf(current);
    const isStep = current.kind === 'step';
    const command = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (event.altKey) {
      const place =
        isStep && key === 'arrowup'
          ? placeUp(document, current.step.id)
          : isStep && key === 'arrowdown'
            ? placeDown(document, current.step.id)
            : undefined;
      if (!key.startsWith('arrow')) return;
      if (place && id) edit?.actions.move(id, place);
    } else if (command) {
      if (!edit) return;
      if (key === 'z') event.shiftKey ? edit.onRedo() : edit.onUndo();
      else if (key === 'y') edit.onRedo();
      else if (key === 'd' && isStep) edit.actions.duplicate(current.step.id);
      else return;
    } else if (key === 'arrowdown') reach(rows[index + 1]);
    else if (key === 'arrowup') reach(rows[index - 1]);
    else if (key === 'arrowleft') reach(rows.slice(0, index).findLast((row) => row.level < current.level));
    else if (key === 'arrowright') {
      const next = rows[index + 1];
      if (next && next.level > current.level) reach(next);
    } else if (key === 'home') reach(rows[0]);
    else if (key === 'end') reach(rows.at(-1));
    else if (key === 'enter' && id) edit ? edit.onOpen() : onSelect(id);
    else if (!edit) return;
    else if (key === '/' || key === '+' || (key === 'enter' && current.kind === 'way')) insert(current);
    else if ((key === 'delete' || key === 'backspace') && isStep) edit.actions.remove([current.step.id]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const carry = (event: ClipboardEvent, take: 'copy' | 'cut') => {
    const text = current?.kind === 'step' && edit?.actions[take](new Set([current.step.id]));
    if (!text) return;
    event.clipboardData.setData('text/plain', text);
    event.preventDefault();
  };
  const paste = (event: ClipboardEvent) => {
    if (!edit || !current) return;
    const text = event.clipboardData.getData('text/plain');
    const target = current.kind === 'way' ? current.place : idOf(current);
    if (edit.actions.paste(text, target)) event.preventDefault();
  };

  return (
    <section className={c.outline} aria-label={t('builder.outline.label')}>
      {edit && <p className={c.hint}>{t('builder.outline.keys')}</p>}
      <div
        ref={root}
        role="tree"
        aria-label={t('builder.outline.label')}
        className={c.tree}
        onKeyDown={onKeyDown}
        onCopy={(event) => carry(event, 'copy')}
        onCut={(event) => carry(event, 'cut')}
        onPaste={paste}
      >
        {rows.map((row) => (
          <OutlineLine
            key={row.key}
            id={rowId(row.key)}
            row={row}
            document={document}
            selected={idOf(row) !== null && idOf(row) === selected}
            current={row === current}
            faults={faults}
            look={row.kind === 'step' ? looks?.[row.step.id] : undefined}
            edit={edit}
            onReach={() => reach(row)}
            onInsert={() => insert(row)}
          />
        ))}
      </div>
      {edit && document.steps.length === 0 && (
        <Button
          variant="light"
          leftSection={<IconPlus size={15} />}
          onClick={() => edit.onInsert(placeFor(document, null))}
        >
          {t('builder.canvas.first')}
        </Button>
      )}
    </section>
  );
}

/** Keys hold ids and ports, which are plain words, and blanks. */
const rowId = (key: string) => `outline-${key.replace(/[^a-z0-9_]+/gi, '-')}`;
