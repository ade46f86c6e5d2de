/** Flows from files: picked, looked at, and brought in. */
import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { http, must, type Schemas } from '@/api/client';
import { Page } from '@/components/Page';
import { Failure } from '@/components/States';
import { Before } from './import/Before';
import { bodyOf, type Candidate } from './import/candidates';
import { Picker } from './import/Picker';
import { Report } from './import/Report';
import { useFlowActions } from './list/actions';

async function send(candidates: Candidate[], publish: boolean): Promise<Schemas['ImportReport'][]> {
  const { body, type, name } = bodyOf(candidates);
  const { documents } = await must(
    http.POST('/api/v1/import', {
      params: { query: { publish, name } },
      headers: { 'Content-Type': type },
      body,
      bodySerializer: (sent) => sent as BodyInit,
    }),
  );
  return documents;
}

export default function ImportPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [candidates, setCandidates] = useState<Candidate[]>();
  const work = useMutation({
    mutationFn: ({ chosen, publish }: { chosen: Candidate[]; publish: boolean }) => send(chosen, publish),
    onSuccess: () => client.invalidateQueries({ queryKey: ['get', '/api/v1/flows'] }),
  });
  const again = () => {
    work.reset();
    setCandidates(undefined);
  };
  return (
    <Page
      title={t('flows.import.title')}
      trail={[[t('flows.title'), '/flows']]}
      lead={t('flows.import.lead')}
      actions={<ExportAll />}
      width={960}
    >
      {work.isError && <Failure error={work.error} />}
      {!candidates && <Picker onPicked={setCandidates} />}
      {candidates && !work.data && (
        <Before
          candidates={candidates}
          busy={work.isPending}
          onBack={again}
          onImport={(chosen, publish) => work.mutate({ chosen, publish })}
        />
      )}
      {work.data && <Report reports={work.data} onAgain={again} />}
    </Page>
  );
}

/** All flows in service and all drafts, as one zip that can be imported elsewhere. */
function ExportAll() {
  const { t } = useTranslation();
  const actions = useFlowActions();
  const all = useMutation({
    mutationFn: async () => {
      const flows: Schemas['Flow'][] = [];
      let cursor: string | undefined;
      do {
        const page = await must(
          http.GET('/api/v1/flows', { params: { query: { limit: 200, cursor, sort: 'slug' } } }),
        );
        flows.push(...page.flows);
        cursor = page.next_cursor ?? undefined;
      } while (cursor);
      await actions.exportFlows(flows);
    },
  });
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={14} aria-hidden />}
      loading={all.isPending}
      onClick={() => all.mutate()}
    >
      {t('flows.import.exportAll')}
    </Button>
  );
}
