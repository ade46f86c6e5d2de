/** What was published of a flow, by whom and why; any two compared; an old one made the draft again. */

import { Button, Grid, Group, Select, Stack, Text } from '@mantine/core';
import { IconArrowsExchange, IconRocket } from '@tabler/icons-react';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { useFlow } from '@/api/flows';
import { pages } from '@/api/paging';
import { useCan } from '@/api/session';
import { addressOf } from '@/builder/address';
import { More } from '@/components/More';
import { Page } from '@/components/Page';
import { Empty, Failure, LoadingRows } from '@/components/States';
import { DiffView } from './compare/DiffView';
import PublishDialog from './PublishDialog';
import { compared, DRAFT } from './versions/compared';
import { VersionList } from './versions/VersionList';

export default function VersionsPage() {
  const { t } = useTranslation();
  const { slug } = useParams({ strict: false }) as { slug: string };
  const flow = useFlow(slug);
  const list = api.useInfiniteQuery(
    'get',
    '/api/v1/flows/{slug}/versions',
    { params: { path: { slug } } },
    pages(),
  );
  const versions = list.data?.pages.flatMap((page) => page.versions) ?? [];
  const name = flow.data?.name ?? slug;
  const error = flow.error ?? list.error;
  return (
    <Page
      title={t('flows.versions.title')}
      trail={[
        [t('flows.title'), '/flows'],
        [name, `/flows/${slug}`],
      ]}
      lead={t('flows.versions.lead')}
      actions={flow.data && <Publish flow={flow.data} />}
    >
      {error && <Failure error={error} />}
      {(flow.isPending || list.isPending) && <LoadingRows rows={6} height={56} />}
      {flow.data && list.isSuccess && versions.length === 0 && (
        <Empty title={t('flows.versions.none')} lead={t('flows.versions.noneLead')} />
      )}
      {flow.data && versions.length > 0 && (
        <Grid gap="xl">
          <Grid.Col span={{ base: 12, md: 4 }}>
            <VersionList flow={flow.data} versions={versions} />
            <More
              has={list.hasNextPage}
              loading={list.isFetchingNextPage}
              onMore={() => void list.fetchNextPage()}
            />
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 8 }}>
            <Comparison flow={flow.data} versions={versions} />
          </Grid.Col>
        </Grid>
      )}
    </Page>
  );
}

function Publish({ flow }: { flow: Schemas['Flow'] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayEdit = useCan('editor');
  const search = useSearch({ strict: false }) as Record<string, string | undefined>;
  const here = `/flows/${flow.slug}/versions`;
  const open = (publish: string | undefined) =>
    void navigate({ to: here, search: { ...search, publish }, replace: true });
  if (!mayEdit || flow.archived_at) return null;
  return (
    <>
      {flow.changed && (
        <Button leftSection={<IconRocket size={14} aria-hidden />} onClick={() => open('1')}>
          {t('flows.versions.publish')}
        </Button>
      )}
      <PublishDialog
        slug={flow.slug}
        opened={search.publish === '1'}
        onClose={() => open(undefined)}
        onGo={(step, pointer) =>
          void navigate({ to: `/flows/${flow.slug}`, search: addressOf(step, pointer) })
        }
      />
    </>
  );
}

function Comparison({ flow, versions }: { flow: Schemas['Flow']; versions: Schemas['FlowVersion'][] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as { from?: string; to?: string };
  const { from, to } = compared(search, flow, versions);
  const label = (edition: string) =>
    edition === DRAFT ? t('flows.diff.draft') : t('flows.diff.version', { version: edition });
  const editions = [DRAFT, ...versions.map((version) => String(version.version))];
  const data = editions.map((value) => ({ value, label: label(value) }));
  const choose = (change: { from?: string; to?: string }) =>
    void navigate({
      to: `/flows/${flow.slug}/versions`,
      search: { from, to, ...change },
      replace: true,
    });
  return (
    <Stack gap="md">
      <Group gap="xs" align="flex-end">
        <Select
          label={t('flows.versions.from')}
          w={150}
          allowDeselect={false}
          value={from ?? null}
          data={data}
          onChange={(next) => choose({ from: next ?? undefined })}
        />
        <Button
          variant="subtle"
          color="gray"
          px={6}
          aria-label={t('flows.versions.swap')}
          disabled={from === undefined}
          onClick={() => choose({ from: to, to: from })}
        >
          <IconArrowsExchange size={16} aria-hidden />
        </Button>
        <Select
          label={t('flows.versions.to')}
          w={150}
          allowDeselect={false}
          value={to}
          data={data}
          onChange={(next) => choose({ to: next ?? undefined })}
        />
      </Group>
      {from === undefined ? (
        <Text size="sm" c="dimmed">
          {t('flows.versions.onlyOne')}
        </Text>
      ) : (
        <DiffView
          slug={flow.slug}
          from={from}
          to={to}
          stamp={flow.draft_revision}
          labels={[label(from), label(to)]}
        />
      )}
    </Stack>
  );
}
