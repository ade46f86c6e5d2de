/** The flow builder: the draft on the canvas or as a list, and what stands beside it. */
import { Box, Skeleton, Stack } from '@mantine/core';
import { useDocumentTitle, useHotkeys, useMediaQuery } from '@mantine/hooks';
import { type ComponentType, lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStepTitle } from '@/api/catalogue';
import { useCan } from '@/api/session';
import { Page } from '@/components/Page';
import { Failure, LoadingRows } from '@/components/States';
import { type TestPanelProps, TRIGGER } from '@/flow/types';
import { stepById } from '@/flow/walk';
import { addressOf, useBuilderAddress } from './address';
import { Banners } from './Banners';
import c from './builder.module.css';
import FlowCanvas from './canvas/FlowCanvas';
import type { CanvasEditing } from './canvas/useKeys';
import type { DraftStore } from './draft/store';
import { useDraft, useDraftState } from './draft/useDraft';
import { useFlowActions } from './edit/actions';
import { KeepWay } from './edit/KeepWay';
import { FaultsDrawer } from './FaultsDrawer';
import { Header } from './Header';
import { Outline } from './outline/Outline';
import { Palette, type Wanted } from './palette/Palette';
import { Side } from './Side';
import { Theirs } from './Theirs';

const loadPanel = () => import('@/panel/StepPanel');
const StepPanel = lazy(loadPanel);
const TestPanel = lazy<ComponentType<TestPanelProps>>(() => import('@/panel/TestPanel'));
const SettingsPanel = lazy(() => import('@/panel/SettingsPanel'));
const PublishDialog = lazy(() => import('@/pages/flows/PublishDialog'));
// Its forms are heavy; most people open a step at once.
void loadPanel();

export function Builder({ slug }: { slug: string }) {
  const { t } = useTranslation();
  const { draft, error, retry } = useDraft(slug);
  if (error) {
    return (
      <Page title={slug} trail={[[t('shell.nav.flows'), '/flows']]}>
        <Failure error={error} onRetry={retry} />
      </Page>
    );
  }
  if (!draft) {
    return (
      <Box p="lg">
        <LoadingRows rows={5} height={60} />
      </Box>
    );
  }
  return <Editor key={slug} slug={slug} store={draft.store} restored={draft.restored} />;
}

function Editor({ slug, store, restored }: { slug: string; store: DraftStore; restored?: string }) {
  const { t } = useTranslation();
  const state = useDraftState(store);
  const document = state.history.now;
  const [address, go] = useBuilderAddress();
  const [wanted, setWanted] = useState<Wanted | null>(null);
  const [asked, setAsked] = useState<string | null>(null);
  const [marked, setMarked] = useState<string[] | null>(null);
  const [open, setOpen] = useState<'faults' | 'publish' | 'theirs' | null>(null);
  const may = useCan('editor');
  const isPhone = useMediaQuery('(max-width: 767px)') ?? false;
  const side = useRef<HTMLElement>(null);
  const area = useRef<HTMLDivElement>(null);
  useDocumentTitle(`${document.name} · Causeway`);

  const isKnown = address.step === TRIGGER || (address.step && stepById(document, address.step));
  const selected = isKnown ? (address.step ?? null) : null;
  const onSelect = useCallback(
    (id: string | null) => {
      setMarked(null);
      go({ step: id ?? undefined, field: undefined, panel: undefined });
    },
    [go],
  );
  const select = useCallback(
    (ids: string[]) => {
      onSelect(ids.length === 1 ? (ids[0] as string) : null);
      if (ids.length > 1) setMarked(ids);
    },
    [onSelect],
  );
  const nameOf = useStepTitle();
  const actions = useFlowActions({ document, change: store.change, select, nameOf, askWay: setAsked });
  const onOpen = useCallback(() => focusFirst(side.current), []);
  const onLeave = useCallback(() => area.current?.querySelector<HTMLElement>(CURRENT)?.focus(), []);
  const edit = useMemo<CanvasEditing | undefined>(
    () =>
      may
        ? {
            actions,
            onInsert: (place) => setWanted({ of: 'step', place }),
            onTrigger: () => setWanted({ of: 'trigger' }),
            onOpen,
            onUndo: store.undo,
            onRedo: store.redo,
          }
        : undefined,
    [may, actions, onOpen, store],
  );
  useHotkeys(
    may
      ? [
          ['mod+Z', store.undo],
          ['mod+shift+Z', store.redo],
          ['mod+Y', store.redo],
        ]
      : [],
  );
  const goTo = (step: string | null, pointer: string) => {
    setOpen(null);
    go(addressOf(step, pointer));
  };
  const publish = useCallback(
    () =>
      void store.flush().then(
        () => setOpen('publish'),
        () => setOpen('faults'),
      ),
    [store],
  );
  useEffect(() => {
    if (!address.publish) return;
    go({ publish: undefined });
    if (may) publish();
  }, [address.publish, may, go, publish]);
  const faults = state.faults ?? NONE;
  const isOutline = isPhone || address.view === 'outline';
  const view = { document, selected, onSelect, faults, edit };
  const readOnly = !may || isPhone;
  const closePanel = () => go({ panel: undefined, field: undefined });
  const beside =
    address.panel === 'test'
      ? {
          label: t('builder.side.test'),
          panel: (
            <TestPanel
              slug={slug}
              document={document}
              flush={store.flush}
              onSelect={onSelect}
              onClose={closePanel}
            />
          ),
        }
      : address.panel === 'settings'
        ? {
            label: t('builder.side.settings'),
            panel: (
              <SettingsPanel
                document={document}
                onChange={store.change}
                faults={faults}
                readOnly={readOnly}
                onClose={closePanel}
              />
            ),
          }
        : selected && {
            label: t('builder.side.step'),
            panel: (
              <StepPanel
                slug={slug}
                document={document}
                selected={selected}
                onSelect={onSelect}
                onChange={store.change}
                faults={faults}
                flush={store.flush}
                readOnly={readOnly}
              />
            ),
          };

  return (
    <Stack gap={0} className={c.builder}>
      <Header
        slug={slug}
        store={store}
        state={state}
        may={may}
        outline={isOutline}
        onView={(outline) => go({ view: outline ? 'outline' : undefined })}
        onTest={() => go({ panel: 'test', step: undefined, field: undefined })}
        onPublish={publish}
        onFaults={() => setOpen('faults')}
        onTrigger={() => setWanted({ of: 'trigger' })}
        onSettings={() => go({ panel: 'settings', step: undefined, field: undefined })}
        phone={isPhone}
      />
      <Banners
        slug={slug}
        store={store}
        state={state}
        restored={restored}
        onLook={() => setOpen('theirs')}
        phone={isPhone}
      />
      <div className={c.main}>
        <div ref={area} className={c.area}>
          {isOutline ? (
            <Outline {...view} edit={isPhone ? undefined : edit} />
          ) : (
            <FlowCanvas {...view} beside={side} marked={marked ?? undefined} />
          )}
        </div>
        {beside && (
          <Side label={beside.label} ref={side} onLeave={onLeave}>
            <Suspense fallback={<Waiting />}>{beside.panel}</Suspense>
          </Side>
        )}
      </div>
      <Palette wanted={wanted} onWanted={setWanted} document={document} actions={actions} />
      <KeepWay
        id={asked}
        document={document}
        nameOf={nameOf}
        onClose={() => setAsked(null)}
        actions={actions}
      />
      <FaultsDrawer
        opened={open === 'faults'}
        onClose={() => setOpen(null)}
        state={state}
        nameOf={nameOf}
        onGo={goTo}
      />
      {open === 'theirs' && state.theirs && (
        <Theirs store={store} state={state} nameOf={nameOf} onClose={() => setOpen(null)} />
      )}
      <Suspense fallback={null}>
        {open === 'publish' && <PublishDialog slug={slug} opened onClose={() => setOpen(null)} onGo={goTo} />}
      </Suspense>
    </Stack>
  );
}

const NONE: never[] = [];
/** What the Tab key reaches of the canvas or the list. */
const CURRENT = '.react-flow__node-card[tabindex="0"], [role="treeitem"][tabindex="0"]';

const Waiting = () => (
  <Box p="md">
    <Skeleton h={28} mb="md" />
    <Skeleton h={320} />
  </Box>
);

/** The panel may still be on its way. */
function focusFirst(aside: HTMLElement | null, tries = 20) {
  const first = aside?.querySelector<HTMLElement>(
    'input:not([type=hidden]), textarea, [contenteditable=true], button, [tabindex="0"]:not([role=separator])',
  );
  if (first) first.focus();
  else if (tries > 0) setTimeout(() => focusFirst(aside, tries - 1), 100);
}
