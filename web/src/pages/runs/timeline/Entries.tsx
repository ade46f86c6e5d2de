/** The journal of a run, line by line. */
import { Group, Switch, Table, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { http, must } from '@/api/client';
import { JsonView } from '@/components/JsonView';
import { More } from '@/components/More';
import { Failure, LoadingRows } from '@/components/States';
import { formatDuration, formatTime } from '@/lib/format';
import { isActive } from '../list/held';
import type { RunView } from '../view/merge';
import { Disclosed } from './Disclosed';
import { useEntryWords } from './useEntryWords';

const FRESH_MS = 2000;

export function Entries({
  view,
  titleOf,
  kindOf,
}: {
  view: RunView;
  titleOf: (step: string) => string;
  kindOf: (step: string) => string | undefined;
}) {
  const { t } = useTranslation();
  const [frames, setFrames] = useState(false);
  const words = useEntryWords(titleOf, kindOf);
  const query = useInfiniteQuery({
    queryKey: ['run-timeline', view.id, frames, view.status],
    queryFn: ({ pageParam, signal }) =>
      must(
        http.GET('/api/v1/runs/{run}/timeline', {
          params: { path: { run: view.id }, query: { frames, cursor: pageParam, limit: 200 } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: ({ state }) =>
      isActive(view.status) && (state.data?.pages.length ?? 0) < 2 ? FRESH_MS : false,
    placeholderData: (before) => before,
  });
  const begin = new Date(view.started_at ?? view.created_at).getTime();
  const entries = query.data?.pages.flatMap((page) => page.entries) ?? [];
  const hasLoops = view.steps.some((step) => step.use === 'for_each');
  return (
    <section>
      <Group justify="space-between" mt="xl" mb="xs">
        <Title order={2} size="h3">
          {t('runs.timeline.entries')}
        </Title>
        {hasLoops && (
          <Switch
            label={t('runs.timeline.frames')}
            checked={frames}
            onChange={(event) => setFrames(event.currentTarget.checked)}
          />
        )}
      </Group>
      {query.isPending && <LoadingRows rows={6} height={28} />}
      {query.isError && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {entries.length > 0 && (
        <Table aria-label={t('runs.timeline.entries')} layout="fixed" highlightOnHover={false}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={96} ta="right">
                {t('runs.timeline.after')}
              </Table.Th>
              <Table.Th>{t('runs.timeline.what')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {entries.map((entry, index) => {
              const told = words(entry);
              const value = entry.request ?? entry.reply?.body ?? entry.output ?? entry.input ?? undefined;
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: a journal only grows at its end
                <Table.Tr key={index} style={{ verticalAlign: 'top' }}>
                  <Table.Td ta="right" className="numbers" title={formatTime(entry.at)}>
                    <Text size="xs" c="dimmed">
                      {formatDuration(Math.max(0, new Date(entry.at).getTime() - begin))}
                    </Text>
                  </Table.Td>
                  <Table.Td>
                    <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                      {entry.frame && (
                        <Text span size="xs" c="dimmed" ff="monospace">
                          {entry.frame}{' '}
                        </Text>
                      )}
                      {told.words}
                    </Text>
                    {told.more && (
                      <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                        {told.more}
                      </Text>
                    )}
                    {value !== undefined && (
                      <Disclosed label={t('runs.timeline.data')}>
                        <JsonView value={value} height={300} label={t('runs.timeline.data')} />
                      </Disclosed>
                    )}
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      )}
      <More
        has={query.hasNextPage}
        loading={query.isFetchingNextPage}
        onMore={() => void query.fetchNextPage()}
      />
    </section>
  );
}
