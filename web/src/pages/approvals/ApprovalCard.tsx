/** One question of a flow, and the two answers. */
import { Badge, Button, Group, Paper, Stack, Text, Textarea, Title } from '@mantine/core';
import { IconCheck, IconClock, IconX } from '@tabler/icons-react';
import { type Ref, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Ago } from '@/components/Time';
import { formatDuration, formatTime } from '@/lib/format';
import { RunLink } from '../runs/RunLink';
import classes from './approvals.module.css';
import type { Approval } from './decide';
import { RunContext } from './RunContext';
import { useAsked } from './useAsked';

interface CardProps {
  approval: Approval;
  flow: string;
  now: number;
  /** The one that keys act on; it shows everything. */
  current: boolean;
  /** Absent where whoever looks may not decide. */
  onDecide?: (approved: boolean, comment: string) => void;
  onChoose: () => void;
  ref?: Ref<HTMLElement>;
}

const SOON_MS = 3_600_000;

export function ApprovalCard({ approval, flow, now, current, onDecide, onChoose, ref }: CardProps) {
  const { t } = useTranslation();
  const askedWords = useAsked();
  const [comment, setComment] = useState('');
  return (
    <Paper
      component="article"
      ref={ref as Ref<HTMLDivElement>}
      tabIndex={-1}
      className={classes.card}
      data-current={current || undefined}
      aria-label={approval.message}
      aria-current={current || undefined}
      p="md"
    >
      <Stack gap="sm">
        <button type="button" className={classes.head} onClick={onChoose} aria-expanded={current}>
          <Title order={2} size="h3" className={classes.message}>
            {approval.message}
          </Title>
        </button>
        <Group gap="md">
          <Text size="sm" fw={550}>
            {flow}
          </Text>
          <Text size="sm" c="dimmed">
            {t('approvals.asked')} <Ago at={approval.created_at} />
          </Text>
          <Expiry at={approval.expires_at} now={now} />
        </Group>
        {current && (
          <>
            <Text size="sm" c="dimmed">
              {t('approvals.asks', { who: askedWords(approval.approvers) })} ·{' '}
              <RunLink run={approval.run} underline="always">
                {t('approvals.seeRun')}
              </RunLink>
            </Text>
            <RunContext run={approval.run} />
          </>
        )}
        {onDecide && current && (
          <Textarea
            label={t('approvals.comment')}
            description={t('approvals.commentHint')}
            autosize
            minRows={1}
            maxRows={5}
            value={comment}
            onChange={(event) => setComment(event.currentTarget.value)}
          />
        )}
        {onDecide && (
          <Group gap="xs" className={classes.answers}>
            <Button
              size="sm"
              leftSection={<IconCheck size={15} />}
              onClick={() => onDecide(true, comment)}
              data-approve
            >
              {t('approvals.approve')}
            </Button>
            <Button
              size="sm"
              variant="default"
              leftSection={<IconX size={15} />}
              onClick={() => onDecide(false, comment)}
              data-reject
            >
              {t('approvals.reject')}
            </Button>
          </Group>
        )}
      </Stack>
    </Paper>
  );
}

function Expiry({ at, now }: { at: string | null | undefined; now: number }) {
  const { t } = useTranslation();
  if (!at) return null;
  const left = new Date(at).getTime() - now;
  const words = left > 0 ? t('approvals.expires', { time: formatDuration(left) }) : t('approvals.expired');
  return (
    <Badge
      color={left < SOON_MS ? 'red' : 'gray'}
      leftSection={<IconClock size={12} aria-hidden />}
      title={formatTime(at)}
      className="numbers"
    >
      {words}
    </Badge>
  );
}
