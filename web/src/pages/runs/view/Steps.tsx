/** The steps of a run: the canvas with what is known of the chosen step beside it; on a phone a list and a drawer. */
import { Alert, Box, Drawer, Skeleton, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { UseQueryResult } from '@tanstack/react-query';
import { lazy, Suspense, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { Failure } from '@/components/States';
import { type FlowDocument, TRIGGER } from '@/flow/types';
import { stepById } from '@/flow/walk';
import { useAddress } from '@/lib/address';
import { looks, type RunView } from './merge';
import { RunSummary } from './RunSummary';
import { StepDetail } from './StepDetail';
import { StepList } from './StepList';
import classes from './view.module.css';

const FlowCanvas = lazy(() => import('@/builder/canvas/FlowCanvas'));

export function Steps({
  view,
  document: found,
  progress,
  now,
  lacking,
  selected,
  onSelect,
}: {
  view: RunView;
  document: UseQueryResult<FlowDocument>;
  progress: Record<string, Schemas['LoopProgress']>;
  now: number;
  lacking: boolean;
  selected: string | null;
  onSelect: (id: string | null) => void;
}) {
  const { t } = useTranslation();
  const [address] = useAddress();
  const phone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  // Where the document is gone, the steps of the run are still known.
  const document = useMemo(
    () => found.data ?? (found.isError ? plainDocument(view) : undefined),
    [found.data, found.isError, view],
  );
  const seen = useMemo(
    () => (document ? looks(view, document, progress, now) : {}),
    [view, document, progress, now],
  );
  if (!document) return <Skeleton h={420} radius="lg" />;
  const asList = phone || address.view === 'list' || found.isError;
  // What failed is what one came to see.
  const shown = selected ?? (phone ? null : (view.failure?.step ?? null));
  const step = shown && shown !== TRIGGER ? stepById(document, shown) : undefined;
  const detail = step ? (
    <StepDetail view={view} document={document} step={step} now={now} lacking={lacking} />
  ) : (
    <RunSummary view={view} />
  );
  return (
    <>
      {!view.version && (
        <Alert color="gray" mb="sm">
          {t('runs.view.ofDraft')}
        </Alert>
      )}
      {found.isError && (
        <Box mb="sm">
          <Failure error={found.error} compact />
        </Box>
      )}
      {phone ? (
        <>
          <StepList document={document} looks={seen} selected={selected} onSelect={onSelect} />
          <Drawer
            opened={selected !== null}
            onClose={() => onSelect(null)}
            position="bottom"
            size="85%"
            title={t('runs.view.step')}
            closeButtonProps={{ 'aria-label': t('common.close') }}
          >
            {detail}
          </Drawer>
        </>
      ) : (
        <div className={classes.split}>
          <div className={classes.canvas}>
            {asList ? (
              <StepList document={document} looks={seen} selected={shown} onSelect={onSelect} />
            ) : (
              <Suspense fallback={<Skeleton h="100%" radius={0} />}>
                <FlowCanvas
                  document={document}
                  selected={shown}
                  onSelect={(id) => onSelect(id ?? TRIGGER)}
                  looks={seen}
                />
              </Suspense>
            )}
          </div>
          <section className={classes.panel} aria-label={t('runs.view.step')}>
            {detail}
            {!step && (
              <Text size="xs" c="dimmed" mt="md">
                {t('runs.view.choose')}
              </Text>
            )}
          </section>
        </div>
      )}
    </>
  );
}

const plainDocument = (view: RunView): FlowDocument => ({
  causeway: 1,
  kind: 'flow',
  name: view.slug,
  trigger: { use: view.trigger },
  steps: view.steps.map(({ id, use, name }) => ({ id, use, name: name ?? undefined })),
});
