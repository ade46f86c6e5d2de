/** What was decided: by whom, when and why. */
import { Group, Paper, SegmentedControl, Stack, Text } from '@mantine/core';
import {
  IconCircleCheckFilled,
  IconCircleMinus,
  IconCircleXFilled,
  IconClockX,
  IconHourglass,
  IconListCheck,
  type TablerIcon,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFlowNames } from '@/api/flows';
import { More } from '@/components/More';
import { Empty, Failure, LoadingRows } from '@/components/States';
import { StatusBadge } from '@/components/Status';
import { useAddress } from '@/lib/address';
import { formatTime } from '@/lib/format';
import { who } from '@/lib/who';
import { RunLink } from '../runs/RunLink';
import type { Approval } from './decide';
import { DECIDED, useDecided } from './useApprovals';

const LOOK: Record<'open' | (typeof DECIDED)[number], { icon: TablerIcon; color: string }> = {
  open: { icon: IconHourglass, color: 'orange' },
  approved: { icon: IconCircleCheckFilled, color: 'teal' },
  rejected: { icon: IconCircleXFilled, color: 'red' },
  timed_out: { icon: IconClockX, color: 'orange' },
  closed: { icon: IconCircleMinus, color: 'gray' },
};

export function DecidedList() {
  const { t } = useTranslation();
  const [address, setAddress] = useAddress();
  const status = DECIDED.find((one) => one === address.status);
  const list = useDecided(status);
  const nameOf = useFlowNames();
  return (
    <Stack gap="sm">
      <SegmentedControl
        style={{ alignSelf: 'flex-start', maxWidth: '100%', overflowX: 'auto' }}
        aria-label={t('approvals.filter')}
        value={status ?? ''}
        onChange={(next) => setAddress({ status: next || undefined })}
        data={[
          { value: '', label: t('common.all') },
          ...(['approved', 'rejected', 'timed_out'] as const).map((one) => ({
            value: one,
            label: t(`approvals.status.${one}`),
          })),
        ]}
      />
      {list.isPending && <LoadingRows rows={5} height={60} />}
      {list.isError && <Failure error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && list.approvals.length === 0 && !list.hasNextPage && (
        <Empty
          icon={<IconListCheck size={28} stroke={1.5} />}
          title={t('approvals.noneTitle')}
          lead={t('approvals.noneLead')}
        />
      )}
      {list.approvals.map((approval) => (
        <Decision key={approval.id} approval={approval} flow={nameOf(approval.slug)} />
      ))}
      <More
        has={list.hasNextPage}
        loading={list.isFetchingNextPage}
        onMore={() => void list.fetchNextPage()}
      />
    </Stack>
  );
}

export function Decision({ approval, flow }: { approval: Approval; flow: string }) {
  const { t } = useTranslation();
  const status = DECIDED.find((one) => one === approval.status) ?? 'open';
  return (
    <Paper component="article" p="sm" aria-label={approval.message}>
      <Group justify="space-between" align="flex-start" wrap="nowrap" gap="sm">
        <Stack gap={2} miw={0}>
          <Text size="sm" fw={550} style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-line' }}>
            {approval.message}
          </Text>
          <Text size="xs" c="dimmed">
            {[
              flow,
              approval.decided_at &&
                t('approvals.decidedBy', {
                  by: who(approval.decided_by, t),
                  when: formatTime(approval.decided_at),
                }),
            ]
              .filter(Boolean)
              .join(' · ')}{' '}
            ·{' '}
            <RunLink run={approval.run} size="xs" underline="always">
              {t('approvals.seeRun')}
            </RunLink>
          </Text>
          {approval.comment && (
            <Text size="sm" style={{ whiteSpace: 'pre-line' }}>
              {t('approvals.quoted', { comment: approval.comment })}
            </Text>
          )}
        </Stack>
        <span style={{ flex: 'none' }}>
          <StatusBadge {...LOOK[status]} label={t(`approvals.status.${status}`)} />
        </span>
      </Group>
    </Paper>
  );
}
