/** Doing one thing to many runs: first what would happen, then how far it is and what was refused. */
import { Modal } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { http, must, type Schemas } from '@/api/client';
import { Failure } from '@/components/States';
import { newKey } from '@/lib/key';
import { actOnAll, type Progress } from './loop';
import { Preview, type Wish } from './Preview';
import { Results } from './Results';
import { type Action, type Targets, targetBody } from './targets';

/** Small pages: the bar moves, and stopping takes effect soon. */
const PAGE = 25;

export function BulkModal({
  action,
  targets,
  onClose,
}: {
  action: Action;
  targets: Targets;
  /** `done`: something was done, so what was selected is no more what it was. */
  onClose: (done: boolean) => void;
}) {
  const { t } = useTranslation();
  const [progress, setProgress] = useState<Progress>();
  const [count, setCount] = useState(0);
  const [error, setError] = useState<unknown>();
  const stop = useRef(false);
  useEffect(
    () => () => {
      stop.current = true;
    },
    [],
  );

  const go = async (preview: Schemas['BulkPreview'], wish: Wish) => {
    setCount(preview.count);
    setError(undefined);
    stop.current = false;
    const key = newKey();
    let page = 0;
    try {
      await actOnAll(
        (cursor) => {
          page += 1;
          return must(
            http.POST('/api/v1/runs/bulk', {
              params: { header: { 'Idempotency-Key': `${key}-${page}` } },
              body: {
                action,
                ...targetBody(targets),
                expected: preview.count,
                newest_run: preview.newest_run,
                newest: wish.newest,
                reason: wish.reason || null,
                limit: PAGE,
                cursor,
              },
            }),
          );
        },
        setProgress,
        () => stop.current,
      );
    } catch (problem) {
      setError(problem);
      setProgress((now) =>
        now && now.done + now.refused.length > 0 ? { ...now, state: 'stopped' } : undefined,
      );
    }
  };
  const going = progress?.state === 'going';
  return (
    <Modal
      opened
      size="lg"
      title={t(`runs.bulk.title.${action}`)}
      closeOnClickOutside={!going}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      onClose={() => onClose(progress !== undefined)}
    >
      {error !== undefined && <Failure error={error} />}
      {progress ? (
        <Results
          progress={progress}
          count={count}
          onStop={() => {
            stop.current = true;
          }}
          onClose={() => onClose(true)}
        />
      ) : (
        <Preview action={action} targets={targets} onGo={go} onClose={() => onClose(false)} />
      )}
    </Modal>
  );
}
