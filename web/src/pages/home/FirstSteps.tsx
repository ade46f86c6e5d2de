/** Three things to do with a first flow; the server knows which are done. */
import { Anchor, CloseButton, Group, Paper, Stack, Text } from '@mantine/core';
import { IconCircle, IconCircleCheckFilled } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { setTour } from '@/shell/tour';
import { firstStep } from '../flows/begin';
import { documentOf } from '../flows/documents';

/** The revision of a draft that nobody has changed since it was made. */
const AS_MADE = 1;

export default function FirstSteps({ slug }: { slug: string }) {
  const { t } = useTranslation();
  const flow = api.useQuery('get', '/api/v1/flows/{slug}', { params: { path: { slug } } }, { retry: false });
  const runs = api.useQuery('get', '/api/v1/runs', { params: { query: { flow: slug, limit: 1 } } });
  const document = useQuery({
    queryKey: ['flow-first-step', slug],
    queryFn: async () => firstStep(await documentOf(slug)) ?? null,
    staleTime: Number.POSITIVE_INFINITY,
    enabled: flow.isSuccess,
  });
  // Deleted meanwhile, or still on its way.
  if (!flow.data) return null;
  const step = document.data ?? undefined;
  const published = flow.data.published != null;
  const builder = `/flows/${slug}`;
  const tasks = [
    {
      key: 'look' as const,
      done: (runs.data?.runs.length ?? 0) > 0,
      to: builder,
      search: { step, part: 'output' },
    },
    { key: 'change' as const, done: flow.data.draft_revision > AS_MADE, to: builder, search: { step } },
    { key: 'publish' as const, done: published, to: builder, search: { publish: '1' } },
  ];
  return (
    <Paper p="sm" component="section" aria-label={t('home.first.title')}>
      <Group justify="space-between" wrap="nowrap" mb={4}>
        <Text size="sm" fw={600}>
          {t('home.first.title')}
        </Text>
        <CloseButton size="sm" aria-label={t('home.first.dismiss')} onClick={() => setTour(null)} />
      </Group>
      <Stack gap={6} component="ol" m={0} p={0} style={{ listStyle: 'none' }}>
        {tasks.map((task) => (
          <Group key={task.key} component="li" gap={6} wrap="nowrap" align="flex-start">
            {task.done ? (
              <IconCircleCheckFilled
                size={16}
                role="img"
                aria-label={t('common.done')}
                color="var(--mantine-color-teal-filled)"
                style={{ flex: 'none', marginTop: 1 }}
              />
            ) : (
              <IconCircle
                size={16}
                role="img"
                aria-label={t('home.first.open')}
                style={{ flex: 'none', marginTop: 1 }}
              />
            )}
            <Anchor component={Link} to={task.to} search={task.search as never} size="sm">
              {t(`home.first.${task.key}`)}
            </Anchor>
          </Group>
        ))}
      </Stack>
      {published && (
        <Text size="xs" c="dimmed" mt={6}>
          {t('home.first.allDone')}
        </Text>
      )}
    </Paper>
  );
}
