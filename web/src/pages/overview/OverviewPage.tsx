/** How the flows fared over a period, and what needs a person now. */
import { Button, Grid, SegmentedControl, Skeleton, Stack } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Page } from '@/components/Page';
import { Empty, Failure, LoadingRows } from '@/components/States';
import { useAddress } from '@/lib/address';
import { Attention } from './Attention';
import { FailingFlows, SlowestFlows } from './FlowTables';
import { Figures } from './figures/Figures';
import { isSilent, PERIODS, type Period, periodOf } from './reckon';
import type { Overview } from './types';
import { useOverview } from './useOverview';
import { Volume } from './volume/Volume';

export default function OverviewPage() {
  const { t } = useTranslation();
  const [search, setSearch] = useAddress();
  const days = periodOf(search.days);
  const overview = useOverview(days);
  return (
    <Page
      title={t('shell.nav.overview')}
      lead={t('overview.lead')}
      actions={
        <SegmentedControl
          aria-label={t('overview.period.label')}
          value={String(days)}
          onChange={(next) => setSearch({ days: next === '7' ? '' : next })}
          data={PERIODS.map((one) => ({ value: String(one), label: t(`overview.period.d${one}`) }))}
        />
      }
    >
      {overview.isPending && <Loading />}
      {overview.isError && <Failure error={overview.error} onRetry={() => void overview.refetch()} />}
      {overview.isSuccess && (
        // While another period is on its way, the figures of the one before stay, paler.
        <Stack gap="xl" opacity={overview.isPlaceholderData ? 0.5 : 1} aria-busy={overview.isPlaceholderData}>
          <Attention matters={overview.data.attention} />
          {isSilent(overview.data) ? <Nothing days={days} /> : <Told overview={overview.data} days={days} />}
        </Stack>
      )}
    </Page>
  );
}

function Told({ overview, days }: { overview: Overview; days: Period }) {
  return (
    <>
      <Figures overview={overview} days={days} />
      <Volume slots={overview.volume} runs={overview.runs} days={days} />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <FailingFlows flows={overview.failing} from={overview.from} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <SlowestFlows flows={overview.slowest} from={overview.from} />
        </Grid.Col>
      </Grid>
    </>
  );
}

function Nothing({ days }: { days: Period }) {
  const { t } = useTranslation();
  return (
    <Empty
      icon={<IconChartBar size={28} stroke={1.5} />}
      title={t('overview.empty.title')}
      lead={t('overview.empty.lead')}
    >
      <Button component={Link} to="/" search={{ begin: '1' } as never}>
        {t('overview.empty.recipes')}
      </Button>
      {days < 90 && (
        <Button variant="default" component={Link} to="/overview" search={{ days: '90' } as never}>
          {t('overview.empty.longer')}
        </Button>
      )}
    </Empty>
  );
}

function Loading() {
  const { t } = useTranslation();
  return (
    <Stack gap="xl" role="status" aria-busy="true" aria-label={t('common.loading')}>
      <Grid gap="md">
        {PERIODS.map((one) => (
          <Grid.Col key={one} span={{ base: 12, xs: 6, lg: 3 }}>
            <Skeleton h={136} />
          </Grid.Col>
        ))}
      </Grid>
      <Skeleton h={320} />
      <LoadingRows rows={5} />
    </Stack>
  );
}
