/** One run: why it failed and what to do, its steps as they go, and when what happened. */
import { Group, SegmentedControl, Tabs } from '@mantine/core';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStepTitle } from '@/api/catalogue';
import { api } from '@/api/client';
import { useFlowNames } from '@/api/flows';
import { Page } from '@/components/Page';
import { Failure, LoadingRows } from '@/components/States';
import { RunStatusBadge } from '@/components/Status';
import { stepById } from '@/flow/walk';
import { useAddress } from '@/lib/address';
import { ReasonModal } from './actions/ReasonModal';
import { ReplayModal } from './actions/ReplayModal';
import { ResumeModal } from './actions/ResumeModal';
import { type Asked, RunActions } from './actions/RunActions';
import { SampleModal } from './actions/SampleModal';
import { isActive } from './list/held';
import { RunMarks } from './list/RunWords';
import { useNow } from './list/useNow';
import { Entries } from './timeline/Entries';
import { Waterfall } from './timeline/Waterfall';
import { Facts } from './view/Facts';
import { FailureBanner } from './view/FailureBanner';
import { Incoming } from './view/RunSummary';
import { Steps } from './view/Steps';
import { useRun, useRunDocument } from './view/useRun';
import classes from './view/view.module.css';

const TABS = ['steps', 'timeline', 'incoming'] as const;
type Tab = (typeof TABS)[number];

export default function RunPage() {
  const { run } = useParams({ strict: false }) as { run: string };
  // Another run begins with nothing of the one before.
  return <Shown key={run} id={run} />;
}

function Shown({ id }: { id: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [address, setAddress] = useAddress();
  const [asked, setAsked] = useState<{ what: Asked; edit?: boolean; newest?: boolean }>();
  const { view, progress, lacking, error, isPending, refetch } = useRun(id);
  const document = useRunDocument(view);
  const nameOf = useFlowNames();
  const stepTitle = useStepTitle();
  const flow = api.useQuery(
    'get',
    '/api/v1/flows/{slug}',
    { params: { path: { slug: view?.slug ?? '' } } },
    { enabled: view !== undefined, retry: false },
  );
  const open = view?.status === 'failed' && !view.resumed_by && !view.dismissed && view.mode !== 'test';
  const letter = api.useQuery(
    'get',
    '/api/v1/dead-letters/{run}',
    { params: { path: { run: id } } },
    { enabled: open },
  );
  const now = useNow(view !== undefined && isActive(view.status));

  if (isPending) {
    return (
      <Page title={t('runs.view.title')} trail={[[t('runs.title'), '/runs']]}>
        <LoadingRows rows={8} height={44} />
      </Page>
    );
  }
  if (!view) {
    return (
      <Page title={t('runs.view.title')} trail={[[t('runs.title'), '/runs']]}>
        <Failure error={error} onRetry={() => void refetch()} />
      </Page>
    );
  }
  const tab: Tab = TABS.find((one) => one === address.tab) ?? 'steps';
  const select = (step: string | null) => setAddress({ step: step ?? undefined, tab: undefined });
  const stepOf = (step: string) => (document.data ? stepById(document.data, step) : undefined);
  const titleOf = (step: string) => {
    const found = stepOf(step) ?? view.steps.find((one) => one.id === step);
    return found ? stepTitle(found) : step;
  };
  const newestVersion = flow.data?.published;
  const failed = view.failure?.step ?? undefined;
  const close = () => setAsked(undefined);
  const goTo = (next: string) => void navigate({ to: '/runs/$run', params: { run: next } });
  const changed = () => {
    close();
    void refetch();
  };
  return (
    <Page
      title={nameOf(view.slug)}
      width="100%"
      trail={[[t('runs.title'), '/runs']]}
      lead={
        <Group gap="lg" mt={6} align="center" c="var(--mantine-color-text)">
          <Group gap="xs">
            <RunStatusBadge status={view.status} />
            <RunMarks run={view} />
          </Group>
          <Facts view={view} now={now} />
        </Group>
      }
      actions={
        <RunActions view={view} onAsk={(what) => setAsked({ what })} onChanged={() => void refetch()} />
      }
    >
      <FailureBanner
        view={view}
        document={document.data}
        doubtful={letter.data?.may_have_happened ?? false}
        open={open}
        onStep={select}
        onResume={(how) => setAsked({ what: 'resume', ...how })}
      />
      <Tabs
        mt="md"
        value={tab}
        onChange={(next) => setAddress({ tab: next === 'steps' ? undefined : (next ?? undefined) })}
        keepMounted={false}
      >
        <div className={classes.tabs}>
          <Tabs.List>
            {TABS.map((one) => (
              <Tabs.Tab key={one} value={one}>
                {t(`runs.view.tabs.${one}`)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {tab === 'steps' && (
            <SegmentedControl
              visibleFrom="sm"
              aria-label={t('common.json.showAs')}
              value={address.view === 'list' ? 'list' : 'canvas'}
              onChange={(value) => setAddress({ view: value === 'list' ? 'list' : undefined })}
              data={[
                { value: 'canvas', label: t('runs.view.canvas') },
                { value: 'list', label: t('runs.view.list') },
              ]}
            />
          )}
        </div>
        <Tabs.Panel value="steps">
          <Steps
            view={view}
            document={document}
            progress={progress}
            now={now}
            lacking={lacking}
            selected={address.step ?? null}
            onSelect={select}
          />
        </Tabs.Panel>
        <Tabs.Panel value="timeline">
          <Waterfall view={view} now={now} onSelect={select} />
          <Entries view={view} titleOf={titleOf} kindOf={(step) => stepOf(step)?.use} />
        </Tabs.Panel>
        <Tabs.Panel value="incoming">
          <Incoming view={view} />
        </Tabs.Panel>
      </Tabs>
      {asked?.what === 'resume' && !(open && letter.isPending) && (
        <ResumeModal
          run={id}
          failedStep={failed ? { id: failed, title: titleOf(failed) } : undefined}
          version={view.version}
          newestVersion={newestVersion}
          input={letter.data?.input ?? undefined}
          edit={asked.edit ?? false}
          newest={asked.newest ?? false}
          doubtful={letter.data?.may_have_happened ?? false}
          onDone={goTo}
          onClose={close}
        />
      )}
      {asked?.what === 'replay' && (
        <ReplayModal
          run={id}
          version={view.version}
          newestVersion={newestVersion}
          titleOf={titleOf}
          onDone={goTo}
          onClose={close}
        />
      )}
      {(asked?.what === 'cancel' || asked?.what === 'dismiss') && (
        <ReasonModal run={id} what={asked.what} onDone={changed} onClose={close} />
      )}
      {asked?.what === 'sample' && <SampleModal run={id} slug={view.slug} onClose={close} />}
    </Page>
  );
}
