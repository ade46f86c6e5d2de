/** Runs over time, as bars or as a table. */
import { Card, Group, SegmentedControl, Skeleton, Title } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useAddress } from '@/lib/address';
import type { Period } from '../reckon';
import type { Outcomes, Slot } from '../types';
import { Legend } from './Legend';
import { VolumeTable } from './VolumeTable';

const VolumeChart = lazy(() => import('./VolumeChart'));

export function Volume({ slots, runs, days }: { slots: Slot[]; runs: Outcomes; days: Period }) {
  const { t } = useTranslation();
  const [search, setSearch] = useAddress();
  const asTable = search.volume === 'table';
  return (
    <Card>
      <Group justify="space-between" mb="sm">
        <Group gap="lg">
          <Title order={2} size="h4">
            {t('overview.volume.title')}
          </Title>
          <Legend runs={runs} />
        </Group>
        <SegmentedControl
          aria-label={t('overview.volume.show')}
          value={asTable ? 'table' : 'chart'}
          onChange={(next) => setSearch({ volume: next === 'table' ? next : '' })}
          data={[
            { value: 'chart', label: t('overview.volume.chart') },
            { value: 'table', label: t('overview.volume.table') },
          ]}
        />
      </Group>
      {asTable ? (
        <VolumeTable slots={slots} days={days} />
      ) : (
        <Suspense fallback={<Skeleton h={240} />}>
          <VolumeChart slots={slots} days={days} />
        </Suspense>
      )}
    </Card>
  );
}
