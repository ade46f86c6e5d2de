/** Choosing what is put in at a place of the flow, or what starts it. */
import { CloseButton, Group, Modal, SegmentedControl, Select, TextInput } from '@mantine/core';
import { IconArrowLeft, IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCatalogue } from '@/api/catalogue';
import { useConnections } from '@/api/connections';
import { Failure, LoadingRows } from '@/components/States';
import { ERROR, exitsOf, parseRef, refOf } from '@/flow/exits';
import { likelyConnection } from '@/flow/fresh';
import type { Place } from '@/flow/layout';
import { placeAfter } from '@/flow/place';
import { meetable } from '@/flow/splice';
import type { FlowDocument } from '@/flow/types';
import { stepById } from '@/flow/walk';
import { say } from '@/i18n';
import { usePortName } from '../canvas/ports';
import type { FlowActions } from '../edit/actions';
import { offerOf } from './entries';
import c from './palette.module.css';
import { RowView } from './RowView';
import { recentUses, remember } from './recent';
import { groupsOf, type Row } from './rows';

export type Wanted = { of: 'step'; place: Place } | { of: 'trigger' };

interface Props {
  /** Null: it is closed. */
  wanted: Wanted | null;
  onWanted: (wanted: Wanted | null) => void;
  document: FlowDocument;
  actions: FlowActions;
}

export function Palette(props: Props) {
  const { wanted, onWanted } = props;
  const { t } = useTranslation();
  return (
    <Modal
      opened={wanted !== null}
      onClose={() => onWanted(null)}
      title={wanted && t(`builder.palette.title.${wanted.of}`)}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      size={620}
      yOffset="8vh"
      padding={0}
      styles={{ header: { padding: '10px 16px', minHeight: 0 }, title: { fontWeight: 600 } }}
      // The step that was put in has the focus then, not the button that is gone.
      returnFocus={false}
    >
      {wanted && <Body {...props} wanted={wanted} />}
    </Modal>
  );
}

function Body({ wanted, onWanted, document, actions }: Props & { wanted: Wanted }) {
  const { t } = useTranslation();
  const list = useId();
  const [query, setQuery] = useState('');
  const [opened, setOpened] = useState<string | null>(null);
  const [beside, setBeside] = useState(false);
  const [active, setActive] = useState(0);
  const catalogue = useCatalogue();
  const known = useConnections().data ?? NONE;
  const place = wanted.of === 'step' ? wanted.place : undefined;
  const isBetween = (place?.to.length ?? 0) > 0 && !beside;
  const groups = useMemo(() => {
    if (!catalogue.data) return [];
    const isEnd = place && place.to.length === 0 && place.from.length === 1;
    return groupsOf({
      offer: offerOf(catalogue.data, wanted.of),
      query,
      opened,
      recent: wanted.of === 'step' ? recentUses() : [],
      connected: new Set(known.map((one) => one.connector)),
      meet: isEnd ? meetable(document, place.loop, place.from[0] as string) : [],
      part: Boolean(place && canPart(document, place)),
      hide: (use) => isBetween && use === 'stop',
    });
  }, [catalogue.data, wanted.of, query, opened, known, document, place, isBetween]);
  const rows = groups.flatMap((group) => group.rows);
  const current = rows[Math.min(active, rows.length - 1)];
  const listed = useRef<HTMLDivElement>(null);
  const activeKey = current?.key;
  // biome-ignore lint/correctness/useExhaustiveDependencies: follows the row that the arrows lead to
  useEffect(() => {
    listed.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [activeKey]);

  const open = (system: string | null) => {
    setOpened(system);
    setQuery('');
    setActive(0);
  };
  const choose = (row: Row) => {
    if (row.kind === 'system') return open(row.system.name);
    onWanted(null);
    if (row.kind === 'entry') {
      const { use, system } = row.entry;
      const connection = system && likelyConnection(document, system, known);
      if (wanted.of === 'trigger') return actions.setTrigger(use, connection);
      remember(use);
      actions.insert(beside ? { ...wanted.place, to: [] } : wanted.place, use, connection);
    } else if (place) {
      if (row.kind === 'meet') actions.connect(place, row.step.id);
      else actions.disconnect(place);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const last = rows.length - 1;
    if (event.key === 'ArrowDown') setActive((at) => Math.min(at + 1, last));
    else if (event.key === 'ArrowUp') setActive((at) => Math.max(Math.min(at, last) - 1, 0));
    else if (event.key === 'PageDown') setActive((at) => Math.min(at + 8, last));
    else if (event.key === 'PageUp') setActive((at) => Math.max(Math.min(at, last) - 8, 0));
    else if (event.key === 'Enter' && current) choose(current);
    else if (event.key === 'Backspace' && query === '' && opened) open(null);
    else return;
    event.preventDefault();
  };
  const system = catalogue.data?.connectors.find((one) => one.name === opened);

  return (
    <>
      <div className={c.head}>
        <TextInput
          size="sm"
          aria-label={t('common.search')}
          placeholder={
            system
              ? t('builder.palette.searchIn', { system: say(system.title) })
              : t(`builder.palette.search.${wanted.of}`)
          }
          value={query}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
          leftSection={<IconSearch size={16} />}
          rightSection={
            query && <CloseButton size="sm" aria-label={t('common.clear')} onClick={() => setQuery('')} />
          }
          role="combobox"
          aria-expanded="true"
          aria-controls={list}
          aria-activedescendant={current && `${list} ${current.key}`.replaceAll(' ', '-')}
          autoComplete="off"
          data-autofocus
        />
        {place && (
          <Where
            document={document}
            place={place}
            beside={beside}
            onBeside={setBeside}
            onPlace={(next) => onWanted({ of: 'step', place: next })}
          />
        )}
        {system && (
          <button type="button" className={c.back} onClick={() => open(null)}>
            <IconArrowLeft size={14} aria-hidden />
            {t('builder.palette.back')} · <b>{say(system.title)}</b>
          </button>
        )}
      </div>
      {catalogue.isPending && (
        <div className={c.list}>
          <LoadingRows />
        </div>
      )}
      {catalogue.isError && <Failure error={catalogue.error} onRetry={() => void catalogue.refetch()} />}
      {catalogue.data && rows.length === 0 && (
        <p className={c.nothing}>{t('builder.palette.nothing', { query })}</p>
      )}
      <div
        ref={listed}
        id={list}
        role="listbox"
        aria-label={t(`builder.palette.title.${wanted.of}`)}
        className={c.list}
        tabIndex={-1}
        hidden={rows.length === 0}
      >
        {groups.map((group) => (
          // biome-ignore lint/a11y/useSemanticElements: options stand in groups
          <div key={group.name} role="group" aria-label={t(`builder.palette.group.${group.name}`)}>
            <div className={c.group} aria-hidden="true">
              {t(`builder.palette.group.${group.name}`)}
            </div>
            {group.rows.map((row) => (
              <RowView
                key={row.key}
                id={`${list} ${row.key}`.replaceAll(' ', '-')}
                row={row}
                active={row === current}
                of={wanted.of}
                onChoose={() => choose(row)}
                onPoint={() => setActive(rows.indexOf(row))}
              />
            ))}
          </div>
        ))}
      </div>
    </>
  );
}

const NONE: never[] = [];

const canPart = (document: FlowDocument, place: Place): boolean =>
  place.from.length === 1 &&
  place.to.length === 1 &&
  (stepById(document, place.to[0] as string)?.after?.length ?? 0) > 1;

/** After which exit, and whether what follows there waits for it. */
function Where({
  document,
  place,
  beside,
  onBeside,
  onPlace,
}: {
  document: FlowDocument;
  place: Place;
  beside: boolean;
  onBeside: (beside: boolean) => void;
  onPlace: (place: Place) => void;
}) {
  const { t } = useTranslation();
  const portName = usePortName();
  const [from] = place.from;
  const source = from ? parseRef(from) : undefined;
  const step = source && stepById(document, source.id);
  const exits = step ? [...exitsOf(step), refOf(step.id, ERROR)] : [];
  const canBeBeside = place.to.length > 0 && place.from.length < 2;
  if (exits.length < 3 && !canBeBeside) return null;
  return (
    <Group gap="xs">
      {exits.length > 2 && source && place.from.length === 1 && (
        <Select
          aria-label={t('builder.palette.exit')}
          w={190}
          allowDeselect={false}
          value={from ?? null}
          data={exits.map((ref) => ({ value: ref, label: portName(parseRef(ref).port ?? '') }))}
          onChange={(ref) => {
            const next = ref && placeAfter(document, source.id, parseRef(ref).port);
            if (next) onPlace(next);
          }}
        />
      )}
      {canBeBeside && (
        <SegmentedControl
          aria-label={t('builder.palette.where')}
          value={beside ? 'beside' : 'between'}
          onChange={(value) => onBeside(value === 'beside')}
          data={[
            { value: 'between', label: t('builder.palette.between') },
            { value: 'beside', label: t('builder.palette.beside') },
          ]}
        />
      )}
    </Group>
  );
}
