/** What failed and waits for a person: by cause, since one cause is mended once, or one by one. */
import { Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconCircleCheck, IconMoodEmpty } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFlowNames } from '@/api/flows';
import { More } from '@/components/More';
import { Page } from '@/components/Page';
import { Empty, Failure, LoadingRows } from '@/components/States';
import { useAddress } from '@/lib/address';
import { BulkModal } from './bulk/BulkModal';
import type { Action, Targets } from './bulk/targets';
import { CauseCard } from './letters/CauseCard';
import { causes, type Letter } from './letters/causes';
import { LetterNote } from './letters/LetterNote';
import { STATES, stateOf, useLetters } from './letters/useLetters';
import { FlowSelect } from './list/FlowSelect';
import { RangeSelect } from './list/RangeSelect';
import { RunCards } from './list/RunCards';
import { RunTable } from './list/RunTable';
import { RunsNav } from './RunsNav';
import { useSteps } from './versions';

export default function DeadLettersPage() {
  const { t } = useTranslation();
  const [address, setAddress] = useAddress();
  const state = stateOf(address);
  const oneByOne = address.by === 'run' || state !== 'open';
  // Here rather than in the list: what was done empties the list, and is still to be read.
  const [acting, setActing] = useState<{ action: Action; targets: Targets }>();
  return (
    <Page title={t('runs.letters.title')} lead={t('runs.letters.lead')}>
      <RunsNav at="letters" />
      <Group gap="xs" role="search" aria-label={t('runs.filter.label')}>
        <SegmentedControl
          aria-label={t('common.status')}
          value={state}
          onChange={(next) => setAddress({ state: next === 'open' ? undefined : next })}
          data={STATES.map((one) => ({ value: one, label: t(`runs.letters.states.${one}`) }))}
        />
        <FlowSelect value={address.flow} onChange={(flow) => setAddress({ flow })} w={220} />
        <RangeSelect address={address} onChange={setAddress} w={140} />
        {state === 'open' && (
          <SegmentedControl
            ml="auto"
            aria-label={t('common.json.showAs')}
            value={oneByOne ? 'run' : 'cause'}
            onChange={(by) => setAddress({ by: by === 'run' ? 'run' : undefined })}
            data={[
              { value: 'cause', label: t('runs.letters.byCause') },
              { value: 'run', label: t('runs.letters.byRun') },
            ]}
          />
        )}
      </Group>
      <Letters oneByOne={oneByOne} onAct={(action, ids) => setActing({ action, targets: { ids } })} />
      {acting && <BulkModal {...acting} onClose={() => setActing(undefined)} />}
    </Page>
  );
}

function Letters({ oneByOne, onAct }: { oneByOne: boolean; onAct: (action: Action, ids: string[]) => void }) {
  const { t } = useTranslation();
  const [address] = useAddress();
  const list = useLetters(address);
  const phone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const nameOf = useFlowNames();
  const { letters, state } = list;
  const groups = useMemo(() => causes(letters), [letters]);
  const stepOf = useSteps(
    useMemo(
      () =>
        groups.flatMap(({ newest }) =>
          newest.version ? [{ slug: newest.slug, version: newest.version }] : [],
        ),
      [groups],
    ),
  );
  if (list.isPending) {
    return (
      <Below>
        <LoadingRows rows={4} height={120} />
      </Below>
    );
  }
  if (list.isError && letters.length === 0) {
    return (
      <Below>
        <Failure error={list.error} onRetry={() => void list.refetch()} />
      </Below>
    );
  }
  if (letters.length === 0) {
    const filtered = Boolean(address.flow || address.range || address.from || address.to);
    if (filtered || state !== 'open') {
      return (
        <Empty
          icon={<IconMoodEmpty size={28} stroke={1.5} />}
          title={t('runs.letters.noneTitle')}
          lead={t(filtered ? 'runs.list.noneLead' : `runs.letters.none.${state}`)}
        />
      );
    }
    return (
      <Empty
        icon={<IconCircleCheck size={28} stroke={1.5} color="var(--mantine-color-teal-6)" />}
        title={t('runs.letters.emptyTitle')}
        lead={t('runs.letters.emptyLead')}
      />
    );
  }
  const shown = {
    now: Date.now(),
    nameOf,
    stepOf,
    noteOf: (run: { id: string }) => <LetterNote letter={run as Letter} state={state} />,
  };
  const Shown = phone ? RunCards : RunTable;
  return (
    <Below>
      {oneByOne ? (
        <Shown runs={letters} {...shown} />
      ) : (
        <Stack gap="sm">
          <Text size="sm" c="dimmed" role="status">
            {t('runs.letters.summary', { count: letters.length, causes: groups.length })}
          </Text>
          {groups.map((cause) => (
            <CauseCard
              key={cause.key}
              cause={cause}
              list={shown}
              phone={phone}
              step={cause.step ? stepOf(cause.slug, cause.newest.version, cause.step) : undefined}
              onAct={onAct}
            />
          ))}
        </Stack>
      )}
      <More
        has={list.hasNextPage}
        loading={list.isFetchingNextPage}
        onMore={() => void list.fetchNextPage()}
      />
    </Below>
  );
}

const Below = ({ children }: { children: React.ReactNode }) => (
  <div style={{ marginTop: 16 }}>{children}</div>
);
