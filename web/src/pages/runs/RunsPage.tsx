/** Everything that ran and runs: found by filters that stand in the address, acted on one by one or many at once. */
import { Affix, Button, Transition } from '@mantine/core';
import { useMediaQuery, useWindowScroll } from '@mantine/hooks';
import { IconArrowUp, IconHistory, IconMoodEmpty } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFlowNames } from '@/api/flows';
import { useCan } from '@/api/session';
import { More } from '@/components/More';
import { Page } from '@/components/Page';
import { Empty, Failure, LoadingRows } from '@/components/States';
import { useAddress } from '@/lib/address';
import { BulkModal } from './bulk/BulkModal';
import { SelectionBar } from './bulk/SelectionBar';
import { type Action, fits, narrowed, type Targets } from './bulk/targets';
import { Filters } from './list/Filters';
import { cleared, filterPart, taken, toFilter } from './list/filter';
import { isActive, withhold } from './list/held';
import { RunCards } from './list/RunCards';
import { RunTable } from './list/RunTable';
import { Taken } from './list/Taken';
import { useNow } from './list/useNow';
import { useRunList } from './list/useRunList';
import { RunsNav } from './RunsNav';
import { useSteps } from './versions';

/** Further down than this somebody reads, and nothing may move. */
const READING_PX = 160;

export default function RunsPage() {
  const { t } = useTranslation();
  const [address, setAddress] = useAddress();
  const navigate = useNavigate();
  const list = useRunList(address);
  const filterKey = JSON.stringify(filterPart(address));
  return (
    <Page title={t('runs.title')} lead={t('runs.lead')}>
      <RunsNav at="runs" />
      <Filters address={address} onChange={setAddress} />
      <Taken
        address={address}
        onRemove={setAddress}
        onClear={() => void navigate({ to: '/runs', search: cleared(address), replace: true })}
      />
      {/* A selection, and what was read last, belong to one filter. */}
      <Listed key={filterKey} list={list} />
    </Page>
  );
}

function Listed({ list }: { list: ReturnType<typeof useRunList> }) {
  const { t } = useTranslation();
  const [address] = useAddress();
  const phone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const mayAct = useCan('operator');
  const nameOf = useFlowNames();
  const { runs } = list;

  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [all, setAll] = useState(false);
  const [acting, setActing] = useState<{ action: Action; targets: Targets }>();

  const [scroll, scrollTo] = useWindowScroll();
  const reading = scroll.y > READING_PX || selected.size > 0;
  const [newest, setNewest] = useState<string>();
  const first = runs[0]?.id;
  useEffect(() => {
    setNewest((before) => (reading ? (before ?? first) : undefined));
  }, [reading, first]);
  const { shown, waiting } = withhold(runs, reading ? newest : undefined);

  const now = useNow(shown.some((run) => isActive(run.status)));
  const stepOf = useSteps(
    useMemo(
      () =>
        runs.flatMap((run) => (run.failure && run.version ? [{ slug: run.slug, version: run.version }] : [])),
      [runs],
    ),
  );

  if (list.isPending) return <LoadingBelow />;
  if (list.isError && runs.length === 0) {
    return (
      <div style={{ marginTop: 16 }}>
        <Failure error={list.error} onRetry={() => void list.refetch()} />
      </div>
    );
  }
  if (runs.length === 0) return <Nothing filtered={taken(address).length > 0} />;

  const chosen = runs.filter((run) => selected.has(run.id));
  const filter = toFilter(address);
  const offered = (action: Action) =>
    all ? narrowed(action, filter) !== undefined : chosen.some((run) => fits(action, run));
  const begin = (action: Action) => {
    const narrow = narrowed(action, filter);
    setActing({ action, targets: all && narrow ? { filter: narrow } : { ids: chosen.map((run) => run.id) } });
  };
  // Text is looked for in lists only; many at once are named by their ids then.
  const mayAll = !address.text && (list.hasNextPage || runs.length > chosen.length);
  const clear = () => {
    setSelected(new Set());
    setAll(false);
  };
  const selection = mayAct
    ? {
        has: (id: string) => all || selected.has(id),
        toggle: (id: string) => {
          setAll(false);
          setSelected((before) => {
            const next = new Set(before);
            if (!next.delete(id)) next.add(id);
            return next;
          });
        },
        all: () =>
          all || selected.size === shown.length ? clear() : setSelected(new Set(shown.map((run) => run.id))),
      }
    : undefined;
  const Shown = phone ? RunCards : RunTable;
  return (
    <div style={{ marginTop: 12 }}>
      <Shown runs={shown} now={now} nameOf={nameOf} stepOf={stepOf} selection={selection} />
      <More
        has={list.hasNextPage}
        loading={list.isFetchingNextPage}
        onMore={() => void list.fetchNextPage()}
      />
      {(selected.size > 0 || all) && (
        <SelectionBar
          count={chosen.length}
          all={all}
          offered={offered}
          onAct={begin}
          onAll={mayAll ? () => setAll(true) : undefined}
          onClear={clear}
        />
      )}
      {acting && (
        <BulkModal
          {...acting}
          onClose={(done) => {
            setActing(undefined);
            if (done) clear();
          }}
        />
      )}
      <Affix position={{ top: 64, left: '50%' }}>
        <Transition transition="slide-down" mounted={waiting > 0}>
          {(style) => (
            <Button
              style={{ ...style, translate: '-50%' }}
              radius="xl"
              leftSection={<IconArrowUp size={14} />}
              onClick={() => {
                clear();
                setNewest(undefined);
                scrollTo({ y: 0 });
              }}
            >
              {t('runs.list.new', { count: waiting })}
            </Button>
          )}
        </Transition>
      </Affix>
    </div>
  );
}

function LoadingBelow() {
  return (
    <div style={{ marginTop: 16 }}>
      <LoadingRows rows={10} height={40} />
    </div>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  const { t } = useTranslation();
  if (filtered) {
    return (
      <Empty
        icon={<IconMoodEmpty size={28} stroke={1.5} />}
        title={t('runs.list.noneTitle')}
        lead={t('runs.list.noneLead')}
      />
    );
  }
  return (
    <Empty
      icon={<IconHistory size={28} stroke={1.5} />}
      title={t('runs.list.emptyTitle')}
      lead={t('runs.list.emptyLead')}
    >
      <Button component={Link} to="/flows">
        {t('runs.list.emptyAction')}
      </Button>
    </Empty>
  );
}
