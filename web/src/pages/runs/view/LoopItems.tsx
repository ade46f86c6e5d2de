/** The items of a loop: which failed, and what went in and came out of each. */
import { Button, Group, SegmentedControl, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { memo, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStepTitle } from '@/api/catalogue';
import { http, must, type Schemas } from '@/api/client';
import { JsonView } from '@/components/JsonView';
import { Failure, LoadingRows } from '@/components/States';
import { type RunStatus, STATUS_LOOK, StatusBadge, StepStatusBadge } from '@/components/Status';
import type { Step } from '@/flow/types';
import { formatNumber } from '@/lib/format';
import { peerWords } from '../failure';
import { isActive } from '../list/held';
import { useFailureWords } from '../useFailureWords';
import { ErrorWords } from './ErrorWords';
import { itemLabel } from './items';
import { useItemValues } from './useItemValues';
import classes from './view.module.css';

type Item = Schemas['Item'];
const PAGE = 200;
const FRESH_MS = 3000;
/** So many pages are gone through by themselves in search of what failed; then somebody says whether to go on. */
const SEARCHED_PAGES = 25;

/** Not drawn anew with each thing that happens elsewhere in the run. */
export const LoopItems = memo(function LoopItems({
  run,
  status,
  loop,
  within,
}: {
  run: string;
  status: RunStatus;
  loop: Step;
  within?: string;
}) {
  const { t } = useTranslation();
  const [only, setOnly] = useState<'all' | 'failed'>('all');
  const query = useInfiniteQuery({
    queryKey: ['loop-items', run, loop.id, status],
    queryFn: ({ pageParam, signal }) =>
      must(
        http.GET('/api/v1/runs/{run}/steps/{step}/items', {
          params: { path: { run, step: loop.id }, query: { cursor: pageParam, limit: PAGE } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    // As it goes; who has paged on reads in peace.
    refetchInterval: ({ state }) =>
      isActive(status) && (state.data?.pages.length ?? 0) < 2 ? FRESH_MS : false,
  });
  const values = useItemValues(run, loop.id);
  const { data, hasNextPage, isFetching, fetchNextPage } = query;
  const first = data?.pages[0];
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  const failed = items.filter((item) => item.status === 'failed');
  const shown = only === 'failed' ? failed : items;
  const pages = data?.pages.length ?? 0;
  const searching =
    only === 'failed' && hasNextPage && failed.length < (first?.failed ?? 0) && pages % SEARCHED_PAGES !== 0;
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
        <Running key={item.frame} item={item} within={within} value={values?.[item.index]} />
      ))}
      {shown.map((item) => (
        <ItemRow key={item.index} item={item} value={values?.[item.index]} stream={values === null} />
      ))}
      {shown.length === 0 && first.running.length === 0 && (
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

const ItemRow = memo(function ItemRow({
  item,
  value,
  stream,
}: {
  item: Item;
  value: unknown;
  stream: boolean;
}) {
  const { t } = useTranslation();
  const words = useFailureWords();
  const [open, setOpen] = useState(false);
  const Chevron = open ? IconChevronDown : IconChevronRight;
  const status = item.status === 'failed' || item.status === 'cancelled' ? item.status : 'succeeded';
  const line = item.error
    ? (peerWords(item.error) ?? words(item.error).headline)
    : itemLabel(value ?? item.output);
  return (
    <div>
      <UnstyledButton w="100%" py={4} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Group gap={8} wrap="nowrap">
          <Chevron size={14} aria-hidden style={{ flex: 'none' }} />
          <Text size="xs" c="dimmed" className="numbers" w={38} ta="right" style={{ flex: 'none' }}>
            {formatNumber(item.index + 1)}
          </Text>
          <span className={classes.badge}>
            <StatusBadge {...STATUS_LOOK[status]} label={t(`common.stepStatus.${status}`)} />
          </span>
          <Text size="sm" truncate>
            {line}
          </Text>
        </Group>
      </UnstyledButton>
      {open && (
        <Stack gap="sm" pl={22} py="xs">
          {item.error && <ErrorWords error={item.error} />}
          <Section title={t('runs.items.in')}>
            {stream ? (
              <Text size="sm" c="dimmed">
                {t('runs.items.fromStream')}
              </Text>
            ) : (
              <JsonView value={value} height={260} label={t('runs.items.in')} />
            )}
          </Section>
          {item.output !== undefined && (
            <Section title={t('runs.items.out')}>
              <JsonView value={item.output} height={260} label={t('runs.items.out')} />
            </Section>
          )}
        </Stack>
      )}
    </div>
  );
});

function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed" fw={550} mb={2}>
        {title}
      </Text>
      {children}
    </div>
  );
}

function Running({ item, within, value }: { item: Schemas['RunningItem']; within?: string; value: unknown }) {
  const titleOf = useStepTitle();
  const at =
    item.steps.find((step) => step.id === within) ??
    item.steps.find((step) => step.status === 'running' || step.status === 'waiting');
  return (
    <Group gap={8} wrap="nowrap" py={4} pl={22}>
      <Text size="xs" c="dimmed" className="numbers" w={38} ta="right">
        {formatNumber(item.index + 1)}
      </Text>
      <span className={classes.badge}>
        <StepStatusBadge status={at?.status ?? 'running'} />
      </span>
      <Text size="sm" truncate>
        {[at && titleOf(at), itemLabel(value)].filter(Boolean).join(' · ')}
      </Text>
    </Group>
  );
}
