/** Making the draft the version in service: what to look at before, and what comes after. */
import { Modal } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { Failure, LoadingRows } from '@/components/States';
import { documentOf } from './documents';
import type { Go } from './publish/FaultList';
import { Review } from './publish/Review';
import { WhatNext } from './publish/WhatNext';

export default function PublishDialog({
  slug,
  opened,
  onClose,
  onGo,
}: {
  slug: string;
  opened: boolean;
  onClose: () => void;
  /** Shows a field that something is wrong with: of a step, of the `trigger`, or (`null`) of the flow itself. */
  onGo: (step: string | null, pointer: string) => void;
}) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('flows.publish.title')}
      size={860}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {/* Mounted anew each time it opens: it shows the draft as it is then. */}
      <Content slug={slug} onClose={onClose} onGo={onGo} />
    </Modal>
  );
}

function Content({ slug, onClose, onGo }: { slug: string; onClose: () => void; onGo: Go }) {
  const client = useQueryClient();
  const [published, setPublished] = useState<Schemas['Published']>();
  const flow = api.useQuery(
    'get',
    '/api/v1/flows/{slug}',
    { params: { path: { slug } } },
    { refetchOnMount: 'always' },
  );
  const revision = flow.isFetchedAfterMount ? flow.data?.draft_revision : undefined;
  const document = useQuery({
    queryKey: ['flow-document', slug, revision],
    queryFn: () => documentOf(slug),
    enabled: revision !== undefined,
  });
  const error = flow.error ?? document.error;
  if (error) return <Failure error={error} />;
  if (!flow.data || !document.data) return <LoadingRows rows={4} height={48} />;
  const go: Go = (step, pointer) => {
    onClose();
    onGo(step, pointer);
  };
  if (published) {
    return (
      <WhatNext slug={slug} document={document.data} published={published} onClose={onClose} onGo={go} />
    );
  }
  return (
    <Review
      flow={flow.data}
      document={document.data}
      onClose={onClose}
      onGo={go}
      onPublished={(next) => {
        setPublished(next);
        for (const list of ['flows', 'flows/{slug}', 'flows/{slug}/versions', 'schedules']) {
          void client.invalidateQueries({ queryKey: ['get', `/api/v1/${list}`] });
        }
      }}
    />
  );
}
