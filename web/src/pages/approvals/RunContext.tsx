/** What a question is about: what came in when the run began. */
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { JsonView } from '@/components/JsonView';
import { LoadingRows } from '@/components/States';
import { incomingParts } from '../runs/incoming/parts';
import { Disclosed } from '../runs/timeline/Disclosed';

export function RunContext({ run }: { run: string }) {
  const { t } = useTranslation();
  return (
    <Disclosed label={t('approvals.details')}>
      <Shown run={run} />
    </Disclosed>
  );
}

function Shown({ run }: { run: string }) {
  const { t } = useTranslation();
  const view = api.useQuery('get', '/api/v1/runs/{run}', { params: { path: { run } } });
  if (view.isPending) return <LoadingRows rows={3} height={20} />;
  if (view.isError) return <Text size="sm">{view.error.detail}</Text>;
  return <JsonView value={incomingParts(view.data.event).main} height={320} label={t('approvals.details')} />;
}
