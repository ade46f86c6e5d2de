/** What is to be decided: the most urgent first, by mouse, thumb or keys. */
import { Group, Kbd, Stack, Text, Title } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useFlowNames } from '@/api/flows';
import { told } from '@/components/notify';
import { Empty, Failure, LoadingRows } from '@/components/States';
import { useAddress } from '@/lib/address';
import { useNow } from '../runs/list/useNow';
import { ApprovalCard } from './ApprovalCard';
import { Decision as DecisionRow } from './DecidedList';
import { type Approval, afterDecided, byUrgency, moved } from './decide';
import { RejectModal } from './RejectModal';
import { useDecide, useOpen } from './useApprovals';
import { useAsked } from './useAsked';
import { useKeys } from './useKeys';

export function Inbox() {
  const { t } = useTranslation();
  const [address, setAddress] = useAddress();
  const { mine, others } = useOpen();
  const nameOf = useFlowNames();
  const askedWords = useAsked();
  const decide = useDecide();
  const now = useNow(true);
  const [rejecting, setRejecting] = useState<{ approval: Approval; comment: string }>();
  const cards = useRef(new Map<string, HTMLElement>());
  const list = byUrgency(mine.approvals);
  const current = address.approval ?? list[0]?.id;
  const choose = (id: string | undefined, focus = false) => {
    setAddress({ approval: id });
    if (focus && id) requestAnimationFrame(() => cards.current.get(id)?.focus());
  };

  // A link to one brings it into view, once it is there.
  const linked = useRef(address.approval);
  const there = linked.current !== undefined && list.some(({ id }) => id === linked.current);
  useEffect(() => {
    if (!there || !linked.current) return;
    cards.current.get(linked.current)?.scrollIntoView({ block: 'center' });
    linked.current = undefined;
  }, [there]);

  const settle = (approval: Approval, approved: boolean, comment: string) => {
    choose(afterDecided(list, approval.id), true);
    decide.mutate(
      { approval, approved, comment },
      {
        onSuccess: () =>
          told(t(approved ? 'approvals.approved' : 'approvals.rejected', { message: approval.message })),
      },
    );
  };
  const chosen = list.find(({ id }) => id === current);
  useKeys({
    j: () => choose(moved(list, current, 1), true),
    k: () => choose(moved(list, current, -1), true),
    // By the card's own button: what was written as a comment goes with it.
    a: () => chosen && cards.current.get(chosen.id)?.querySelector<HTMLElement>('[data-approve]')?.click(),
    r: () => chosen && cards.current.get(chosen.id)?.querySelector<HTMLElement>('[data-reject]')?.click(),
  });

  if (mine.isPending) return <LoadingRows rows={3} height={120} />;
  if (mine.isError && list.length === 0) {
    return <Failure error={mine.error} onRetry={() => void mine.refetch()} />;
  }
  const known = [...list, ...others].some(({ id }) => id === address.approval);
  return (
    <Stack gap="md">
      {address.approval && !known && !mine.isFetching && <Elsewhere id={address.approval} nameOf={nameOf} />}
      {list.length === 0 && (
        <Empty
          icon={<IconCircleCheck size={28} stroke={1.5} color="var(--mantine-color-teal-6)" />}
          title={t('approvals.emptyTitle')}
          lead={t('approvals.emptyLead')}
        />
      )}
      {list.length > 0 && (
        <Group justify="space-between">
          <Text size="sm" c="dimmed" role="status">
            {t('approvals.mine', { count: list.length })}
          </Text>
          <KeyHints />
        </Group>
      )}
      {list.map((approval) => (
        <ApprovalCard
          key={approval.id}
          ref={(element) => {
            if (element) cards.current.set(approval.id, element);
            else cards.current.delete(approval.id);
          }}
          approval={approval}
          flow={nameOf(approval.slug)}
          now={now}
          current={approval.id === current}
          onChoose={() => choose(approval.id)}
          onDecide={(approved, comment) =>
            approved ? settle(approval, true, comment) : setRejecting({ approval, comment })
          }
        />
      ))}
      {others.length > 0 && (
        <section>
          <Title order={2} size="h3" mt="lg" mb={2}>
            {t('approvals.others')}
          </Title>
          <Stack gap="sm" mt="sm">
            {byUrgency(others).map((approval) => (
              <ApprovalCard
                key={approval.id}
                approval={approval}
                flow={nameOf(approval.slug)}
                now={now}
                current={approval.id === address.approval}
                onChoose={() => choose(approval.id)}
              />
            ))}
          </Stack>
          <Text size="xs" c="dimmed" mt="xs">
            {t('approvals.othersHint', {
              who: [...new Set(others.map((one) => askedWords(one.approvers)))].join(', '),
            })}
          </Text>
        </section>
      )}
      {rejecting && (
        <RejectModal
          {...rejecting}
          onClose={() => setRejecting(undefined)}
          onReject={(comment) => {
            settle(rejecting.approval, false, comment);
            setRejecting(undefined);
          }}
        />
      )}
    </Stack>
  );
}

/** A link to one that is decided meanwhile: say so, instead of showing nothing. */
function Elsewhere({ id, nameOf }: { id: string; nameOf: (slug: string) => string }) {
  const found = api.useQuery(
    'get',
    '/api/v1/approvals/{approval}',
    { params: { path: { approval: id } } },
    { retry: false },
  );
  if (found.isPending) return <LoadingRows rows={1} height={80} />;
  if (found.isError) return <Failure error={found.error} compact />;
  // It was just decided here, and the list has not heard of it yet.
  if (found.data.status === 'open') return null;
  return <DecisionRow approval={found.data} flow={nameOf(found.data.slug)} />;
}

function KeyHints() {
  const { t } = useTranslation();
  return (
    <Group gap={6} visibleFrom="sm" role="note" aria-label={t('approvals.keys')}>
      <Kbd size="xs">J</Kbd>
      <Kbd size="xs">K</Kbd>
      <Text size="xs">{t('approvals.key.move')}</Text>
      <Kbd size="xs">A</Kbd>
      <Text size="xs">{t('approvals.key.approve')}</Text>
      <Kbd size="xs">R</Kbd>
      <Text size="xs">{t('approvals.key.reject')}</Text>
    </Group>
  );
}
