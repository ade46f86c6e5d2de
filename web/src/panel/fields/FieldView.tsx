/** One field: its name, a value or an expression, what it gives, what is wrong with it. */
import { ActionIcon, Popover, Skeleton, Text, Tooltip } from '@mantine/core';
import { IconDatabase, IconX } from '@tabler/icons-react';
import { type DragEvent, lazy, Suspense, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fault } from '@/flow/types';
import { language } from '@/i18n';
import { toPointer } from '@/lib/json';
import { faultsAt } from '../model/faults';
import { type Field, fits } from '../model/fields';
import { hole } from '../model/holes';
import { fromFormula, type Mode, modeOf, toFormula } from '../model/modes';
import type { Path } from '../model/path';
import { WithCode } from '../setup/About';
import type { EditorHandle } from './ExpressionInput';
import { FaultLines } from './FaultLines';
import classes from './fields.module.css';
import { LiteralInput } from './LiteralInput';
import { Picker } from './Picker';
import { Preview } from './Preview';
import { DRAGGED, useTools } from './tools';

const ExpressionInput = lazy(() => import('./ExpressionInput'));

export interface FieldProps {
  field: Field;
  value: unknown;
  /** `undefined` takes it away. */
  onChange: (next: unknown) => void;
  /** Where it stands in the document. */
  path: Path;
  /** Its name is shown by what stands around it. */
  bare?: boolean;
}

export function FieldView({ field, value, onChange, path, bare }: FieldProps) {
  const { t } = useTranslation();
  const tools = useTools();
  const id = useId();
  // Asked for by hand, until the value itself says how it is written.
  const [asked, setAsked] = useState<Mode>();
  // What opened the picker, and what was typed on while it opened.
  const [picking, setPicking] = useState<{ typed?: string; looked?: string }>();
  const [over, setOver] = useState(false);
  const handle = useRef<EditorHandle>(null);

  const read = modeOf(field, value);
  const mode: Mode = field.fixed ? read : (asked ?? read);
  const isFormula = field.kind === 'expression' || field.kind === 'script';
  const textual =
    mode !== 'literal' || (typesText(field, tools.connection) && fits(field, value, language()));
  const compound = mode === 'literal' && ['group', 'list', 'pairs', 'variants', 'json'].includes(field.kind);
  const faults = faultsAt(tools.faults, toPointer(path), !compound || field.kind === 'json');
  const takesData = !field.fixed && !tools.readOnly && field.kind !== 'script';

  const insert = (code: string) => {
    setPicking(undefined);
    if (textual && handle.current) handle.current.insert(code);
    else onChange(isFormula ? code : hole(code));
  };
  const cancel = () => {
    const typed = picking?.typed;
    setPicking(undefined);
    if (typed) handle.current?.type(typed);
    else handle.current?.focus();
  };
  const toggle = () => {
    if (mode !== 'formula') return setAsked('formula');
    const next = typeof value === 'string' ? fromFormula(toFormula(value)) : value;
    // What computes something stays a hole, and is shown as one.
    setAsked(modeOf(field, next) === 'formula' ? 'text' : undefined);
    if (next !== value) onChange(next);
  };
  const drop = {
    onDragOver: (event: DragEvent) => {
      if (!takesData || !event.dataTransfer.types.includes(DRAGGED)) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      setOver(false);
      const code = event.dataTransfer.getData(DRAGGED);
      if (!takesData || !code || event.defaultPrevented) return;
      event.preventDefault();
      event.stopPropagation();
      insert(code);
    },
  };

  const changeText = (next: string) => {
    if (isFormula) return onChange(next.trim() === '' ? undefined : next);
    if (mode === 'formula') return onChange(next.trim() === '' ? undefined : hole(next.trim()));
    onChange(next === '' ? undefined : next);
  };
  const labelId = `${id}-label`;
  const hintId = field.hint || faults.length ? `${id}-hint` : undefined;

  const control = textual ? (
    <Suspense fallback={<Skeleton h={30} radius="md" />}>
      <ExpressionInput
        value={isFormula ? String(value ?? '') : mode === 'formula' ? toFormula(value) : String(value ?? '')}
        onChange={changeText}
        formula={mode === 'formula'}
        multiline={field.long || mode === 'formula' || (typeof value === 'string' && value.includes('\n'))}
        labelId={labelId}
        describedBy={hintId}
        placeholder={mode === 'formula' ? undefined : placeholderOf(field)}
        invalid={faults.length > 0}
        readOnly={tools.readOnly}
        onPick={
          takesData
            ? (typed) =>
                setPicking((now) => (now ? { ...now, looked: (now.looked ?? '') + typed } : { typed }))
            : undefined
        }
        picking={picking !== undefined}
        handle={handle}
      />
    </Suspense>
  ) : (
    <LiteralInput
      field={field}
      value={value}
      onChange={onChange}
      path={path}
      labelId={labelId}
      describedBy={hintId}
      invalid={faults.length > 0}
    />
  );

  return (
    <div className={classes.field} data-over={over || undefined} data-field={toPointer(path)} {...drop}>
      <div className={bare ? 'visually-hidden' : classes.head}>
        <span id={labelId} className={classes.label}>
          {field.title}
          {field.required && (
            <Text span c="red" aria-hidden>
              {' *'}
            </Text>
          )}
        </span>
        {!bare && (
          <Tools
            field={field}
            mode={mode}
            removable={!field.required && value !== undefined && compound}
            takesData={takesData}
            canToggle={takesData && !isFormula}
            onRemove={() => onChange(undefined)}
            onToggle={toggle}
            onPick={() => setPicking({})}
          />
        )}
      </div>
      <Popover
        opened={picking !== undefined}
        onChange={(opened) => !opened && setPicking(undefined)}
        position="bottom-start"
        width={420}
        shadow="md"
        trapFocus
        withinPortal
        withRoles={false}
        closeOnEscape={false}
      >
        <Popover.Target>
          <div>{control}</div>
        </Popover.Target>
        <Popover.Dropdown p="xs" role="dialog" aria-label={t('panel.picker.label')}>
          {picking && (
            <Picker
              sources={sourcesFor(field, tools)}
              begun={picking.looked}
              onPick={insert}
              onCancel={cancel}
            />
          )}
        </Popover.Dropdown>
      </Popover>
      {mode !== 'literal' && typeof value === 'string' && field.kind !== 'script' && (
        <Preview text={value} bare={isFormula} quiet={faults.length > 0} />
      )}
      <Below id={hintId} hint={bare ? undefined : field.hint} faults={faults} />
    </div>
  );
}

function Below({ id, hint, faults }: { id?: string; hint?: string; faults: Fault[] }) {
  if (!id) return null;
  return (
    <div id={id}>
      {hint && (
        <Text size="xs" c="dimmed" mt={3} lh={1.35}>
          <WithCode text={hint} />
        </Text>
      )}
      <FaultLines faults={faults} />
    </div>
  );
}

function Tools({
  field,
  mode,
  removable,
  takesData,
  canToggle,
  onRemove,
  onToggle,
  onPick,
}: {
  field: Field;
  mode: Mode;
  removable: boolean;
  takesData: boolean;
  canToggle: boolean;
  onRemove: () => void;
  onToggle: () => void;
  onPick: () => void;
}) {
  const { t } = useTranslation();
  const of = { field: field.title };
  return (
    <>
      {removable && (
        <Tooltip label={t('panel.field.clear')}>
          <ActionIcon size="sm" aria-label={t('panel.field.clearOf', of)} onClick={onRemove}>
            <IconX size={14} />
          </ActionIcon>
        </Tooltip>
      )}
      {takesData && (
        <Tooltip label={t('panel.field.insert')}>
          <ActionIcon size="sm" aria-label={t('panel.field.insertInto', of)} onClick={onPick}>
            <IconDatabase size={14} />
          </ActionIcon>
        </Tooltip>
      )}
      {canToggle && (
        <Tooltip label={mode === 'formula' ? t('panel.field.toValue') : t('panel.field.toFormula')}>
          <ActionIcon
            size="sm"
            aria-pressed={mode === 'formula'}
            variant={mode === 'formula' ? 'light' : 'subtle'}
            color={mode === 'formula' ? 'harbour' : 'gray'}
            aria-label={t('panel.field.formulaFor', of)}
            onClick={onToggle}
          >
            <span className={classes.fx}>fx</span>
          </ActionIcon>
        </Tooltip>
      )}
    </>
  );
}

function sourcesFor(field: Field, tools: ReturnType<typeof useTools>) {
  if (!field.secret || tools.secrets.length === 0) return tools.sources;
  const secrets = tools.secrets.map((name) => ({
    key: `secret.${name}`,
    path: ['secret', name],
    title: name,
  }));
  return [...tools.sources, ...secrets];
}

/** Whether its plain value is typed as text, into which data can be put. */
const typesText = (field: Field, connection: string | undefined) =>
  field.kind === 'text' &&
  !field.fixed &&
  !(field.options && connection) &&
  !(Array.isArray(field.schema.examples) && field.schema.examples.length > 1);

export function placeholderOf(field: Field): string | undefined {
  if (field.fallback !== undefined && typeof field.fallback !== 'object') return String(field.fallback);
  return field.example;
}
