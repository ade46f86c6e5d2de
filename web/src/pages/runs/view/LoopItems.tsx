/** The items of a loop: which failed, what went in and came out of each, and the items of the loops inside of it. */
import { Button, Group, SegmentedControl, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { memo, type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStepTitle } from '@/api/catalogue';
import { http, must, type Schemas } from '@/api/client';
import { JsonView } from '@/components/JsonView';
import { Failure, LoadingRows } from '@/components/States';
import { type RunStatus, STATUS_LOOK, StatusBadge, StepStatusBadge } from '@/components/Status';
import type { Step } from '@/flow/types';
import { formatNumber } from '@/lib/format';
import { isActive } from '../list/held';
import { useFailureWords } from '../useFailureWords';
import { ErrorWords } from './ErrorWords';
import { itemFrame, itemLabel, loopsInside } from './items';
import classes from './view.module.css';

type Item = Schemas['Item'];
const PAGE = 200;
const FRESH_MS = 3000;
/** So many pages are gone through by themselves in search of what failed; then somebody says whether to go on. */
const SEARCHED_PAGES = 25;
const NO_LOOPS: Step[] = [];

interface Place {
  run: string;
  status: RunStatus;
  loop: Step;
  /** The loops on the way from this one to the step that is looked at, the outer ones first. */
  path?: Step[];
  /** The item of the outer loop that this loop stands in; empty at the top. */
  frame?: string;
  /** The step that is looked at. */
  within?: string;
}

/** Not drawn anew with each thing that happens elsewhere in the run. */
export const LoopItems = memo(function LoopItems(place: Place) {
  const { run, status, loop, frame = '', within } = place;
  const { t } = useTranslation();
  const [only, setOnly] = useState<'all' | 'failed'>('all');
  const query = useInfiniteQuery({
    queryKey: ['loop-items', run, frame, loop.id, only, status],
    queryFn: ({ pageParam, signal }) =>
      must(
        http.GET('/api/v1/runs/{run}/steps/{step}/items', {
          params: {
            path: { run, step: loop.id },
            query: { frame, cursor: pageParam, limit: PAGE, status: only === 'failed' ? only : undefined },
          },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    // As it goes; who has paged on reads in peace.
    refetchInterval: ({ state }) =>
      isActive(status) && (state.data?.pages.length ?? 0) < 2 ? FRESH_MS : false,
  });
  const { data, hasNextPage, isFetching, fetchNextPage } = query;
  const first = data?.pages[0];
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  const pages = data?.pages.length ?? 0;
  const searching =
    only === 'failed' &&
    hasNextPage &&
    items.length < Math.min(first?.failed ?? 0, PAGE) &&
    pages % SEARCHED_PAGES !== 0;
  useEffect(() => {
    if (searching && !isFetching) void fetchNextPage();
  }, [searching, isFetching, fetchNextPage]);

  if (query.isPending) return <LoadingRows rows={4} height={28} />;
  if (query.isError) return <Failure compact error={query.error} onRetry={() => void query.refetch()} />;
  if (!first) return null;
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="xs">
        <Text size="sm" className="numbers">
          {t('runs.items.summary', {
            count: first.count,
            succeeded: formatNumber(first.succeeded),
            failed: formatNumber(first.failed),
            formatted: formatNumber(first.count),
          })}
        </Text>
        {first.failed > 0 && (
          <SegmentedControl
            aria-label={t('runs.items.show')}
            value={only}
            onChange={(value) => setOnly(value as 'all' | 'failed')}
            data={[
              { value: 'all', label: t('common.all') },
              { value: 'failed', label: t('runs.items.failed') },
            ]}
          />
        )}
      </Group>
      {first.running.map((item) => (
        <Running key={item.frame} item={item} within={within} place={place} />
      ))}
      {items.map((item) => (
        <Settled key={item.index} item={item} place={place} />
      ))}
      {items.length === 0 && first.running.length === 0 && !searching && (
        <Text size="sm" c="dimmed">
          {t('runs.items.none')}
        </Text>
      )}
      {hasNextPage && (
        <Button
          variant="default"
          loading={query.isFetchingNextPage || searching}
          onClick={() => void fetchNextPage()}
        >
          {t('common.more')}
        </Button>
      )}
    </Stack>
  );
});

const Settled = memo(
  function Settled({ item, place }: { item: Item; place: Place }) {
    const { t } = useTranslation();
    const words = useFailureWords();
    const line = [itemLabel(item.input ?? item.output), item.error && words(item.error).detail]
      .filter(Boolean)
      .join(' · ');
    return (
      <Row
        index={item.index}
        line={line}
        badge={<StatusBadge {...STATUS_LOOK[item.status]} label={t(`common.stepStatus.${item.status}`)} />}
      >
        {item.error && <ErrorWords error={item.error} />}
        <WentIn input={item.input} />
        {item.output !== undefined && (
          <Section title={t('runs.items.out')}>
            <JsonView value={item.output} height={260} label={t('runs.items.out')} />
          </Section>
        )}
        <Inside place={place} index={item.index} />
      </Row>
    );
  },
  (before, after) => before.item === after.item && before.place.status === after.place.status,
);

function Running({ item, within, place }: { item: Schemas['RunningItem']; within?: string; place: Place }) {
  const titleOf = useStepTitle();
  const at =
    item.steps.find((step) => step.id === within) ??
    item.steps.find((step) => step.status === 'running' || step.status === 'waiting');
  return (
    <Row
      index={item.index}
      line={[at && titleOf(at), itemLabel(item.input)].filter(Boolean).join(' · ')}
      badge={<StepStatusBadge status={at?.status ?? 'running'} />}
    >
      <WentIn input={item.input} />
      <Inside place={place} index={item.index} />
    </Row>
  );
}

/** The items of the loops inside of one item: of the one on the way to what is looked at, else of each. */
function Inside({ place, index }: { place: Place; index: number }) {
  const titleOf = useStepTitle();
  const { run, status, loop, frame = '', path = NO_LOOPS, within } = place;
  const [next, ...rest] = path;
  return (next ? [next] : loopsInside(loop)).map((inner) => (
    <Section key={inner.id} title={titleOf(inner)}>
      <LoopItems
        run={run}
        status={status}
        loop={inner}
        path={rest}
        frame={itemFrame(frame, loop.id, index)}
        within={within}
      />
    </Section>
  ));
}

function Row({
  index,
  badge,
  line,
  children,
}: {
  index: number;
  badge: ReactNode;
  line: string;
  children: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <div>
      <UnstyledButton w="100%" py={4} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Group gap={8} wrap="nowrap">
          <Chevron size={14} aria-hidden style={{ flex: 'none' }} />
          <Text size="xs" c="dimmed" className="numbers" w={38} ta="right" style={{ flex: 'none' }}>
            {formatNumber(index + 1)}
          </Text>
          <span className={classes.badge}>{badge}</span>
          <Text size="sm" truncate>
            {line}
          </Text>
        </Group>
      </UnstyledButton>
      {open && (
        <Stack gap="sm" pl={22} py="xs">
          {children}
        </Stack>
      )}
    </div>
  );
}

function WentIn({ input }: { input: unknown }) {
  const { t } = useTranslation();
  return (
    <Section title={t('runs.items.in')}>
      {input === undefined ? (
        <Text size="sm" c="dimmed">
          {t('runs.items.inUnknown')}
        </Text>
      ) : (
        <JsonView value={input} height={260} label={t('runs.items.in')} />
      )}
    </Section>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed" fw={550} mb={2}>
        {title}
      </Text>
      {children}
    </div>
  );
}
