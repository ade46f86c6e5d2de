/** What differs between two editions, by step and field, side by side. */
import { Badge, Box, Group, Paper, Skeleton, Stack, Text } from '@mantine/core';
import { IconMinus, IconPencil, IconPlus, type TablerIcon } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { Failure, LoadingRows } from '@/components/States';
import { StatusBadge } from '@/components/Status';
import { documentOf } from '../documents';
import { UseIcon } from '../UseIcon';
import { changesOf, type Part, type Row } from './changes';
import classes from './DiffView.module.css';
import { useFieldWords } from './words';

const TextDiff = lazy(() => import('./TextDiff'));

const LOOK: Record<Part['change'], { icon: TablerIcon; color: string }> = {
  added: { icon: IconPlus, color: 'teal' },
  removed: { icon: IconMinus, color: 'red' },
  changed: { icon: IconPencil, color: 'blue' },
};

/** The parts that differ. `stamp` makes them asked anew, such as the draft's revision. */
export function useChanges(slug: string, from: string | undefined, to: string, stamp?: unknown) {
  const known = from !== undefined;
  const diff = api.useQuery(
    'get',
    '/api/v1/flows/{slug}/diff',
    { params: { path: { slug }, query: { from: from ?? '', to } } },
    { enabled: known && from !== to },
  );
  const documents = useQuery({
    queryKey: ['flow-editions', slug, from, to, stamp],
    queryFn: () => Promise.all([documentOf(slug, from), documentOf(slug, to)]),
    enabled: known && from !== to,
  });
  return {
    parts:
      from === to ? [] : diff.data && documents.data ? changesOf(diff.data, ...documents.data) : undefined,
    error: diff.error ?? documents.error,
  };
}

export function DiffView({
  slug,
  from,
  to,
  labels,
  stamp,
}: {
  slug: string;
  from: string;
  to: string;
  labels: [string, string];
  stamp?: unknown;
}) {
  const { t } = useTranslation();
  const { parts, error } = useChanges(slug, from, to, stamp);
  if (error) return <Failure error={error} compact />;
  if (!parts) return <LoadingRows rows={3} height={60} />;
  if (parts.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('flows.diff.same')}
      </Text>
    );
  }
  return (
    <Stack gap="sm">
      {parts.map((part) => (
        <PartView key={part.key} part={part} labels={labels} />
      ))}
    </Stack>
  );
}

function PartView({ part, labels }: { part: Part; labels: [string, string] }) {
  const { t } = useTranslation();
  return (
    <Paper>
      <Group gap="xs" p="xs" wrap="nowrap" className={classes.head}>
        {part.step && <UseIcon use={part.step.use} size={20} />}
        <Text size="sm" fw={550} truncate>
          {part.step?.name ?? t(`flows.diff.about.${part.about as Exclude<Part['about'], 'step'>}`)}
        </Text>
        {part.step && (
          <Text size="xs" c="dimmed" truncate visibleFrom="sm">
            {part.step.id} · {part.step.use}
            {part.step.inside && ` · ${t('flows.diff.inside', { loop: part.step.inside })}`}
          </Text>
        )}
        <Box ml="auto">
          <StatusBadge {...LOOK[part.change]} label={t(`flows.diff.change.${part.change}`)} />
        </Box>
      </Group>
      {part.rows.map((row) => (
        <RowView key={row.path.join('/')} row={row} labels={labels} />
      ))}
    </Paper>
  );
}

function RowView({ row, labels }: { row: Row; labels: [string, string] }) {
  const { t } = useTranslation();
  const words = useFieldWords();
  const both = row.old !== undefined && row.new !== undefined;
  return (
    <div className={classes.row}>
      <Text size="xs" c="dimmed" mb={4}>
        {words(row.path)}
      </Text>
      {row.form === 'text' && both ? (
        <Suspense fallback={<Skeleton h={80} />}>
          <TextDiff before={row.old ?? ''} after={row.new ?? ''} labels={labels} />
        </Suspense>
      ) : (
        <div className={both ? classes.pair : undefined}>
          {row.old !== undefined && <Value kind="old" text={row.old} label={t('flows.diff.before')} />}
          {row.new !== undefined && <Value kind="new" text={row.new} label={t('flows.diff.after')} />}
        </div>
      )}
    </div>
  );
}

function Value({ kind, text, label }: { kind: 'old' | 'new'; text: string; label: string }) {
  return (
    <div className={classes.value} data-kind={kind}>
      <Badge size="xs" color={kind === 'old' ? 'red' : 'teal'} className={classes.sign} aria-label={label}>
        {kind === 'old' ? '−' : '+'}
      </Badge>
      <pre className={classes.text} tabIndex={text.includes('\n') ? 0 : undefined}>
        {text}
      </pre>
    </div>
  );
}
