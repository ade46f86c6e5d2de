/** A sample as it is kept: its name, and its data as JSON. */
import { Button, Checkbox, Group, Modal, Skeleton, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { told } from '@/components/notify';
import { Failure, LoadingRows } from '@/components/States';

const JsonEditor = lazy(() => import('@/components/code/JsonEditor'));

/** What is kept: an existing sample, a run's data, or data by hand. */
export interface Draft {
  name?: string;
  from?: string;
  onlyTrigger?: boolean;
  trigger?: unknown;
}

export function SampleModal({
  slug,
  draft,
  taken,
  onClose,
  onKept,
}: {
  slug: string;
  draft: Draft;
  taken: string[];
  onClose: () => void;
  onKept: (name: string) => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState(draft.name ?? free(taken));
  const [description, setDescription] = useState('');
  const [trigger, setTrigger] = useState<unknown>(draft.trigger);
  const [outputs, setOutputs] = useState<unknown>();
  const [onlyTrigger, setOnlyTrigger] = useState(draft.onlyTrigger ?? false);
  const [valid, setValid] = useState(true);
  const old = api.useQuery(
    'get',
    '/api/v1/flows/{slug}/samples/{name}',
    { params: { path: { slug, name: draft.name ?? '' } } },
    { enabled: draft.name !== undefined, staleTime: 0 },
  );
  useEffect(() => {
    if (!old.data) return;
    setTrigger(old.data.trigger);
    setOutputs(old.data.outputs ?? undefined);
    setDescription(old.data.description ?? '');
  }, [old.data]);

  const wrong = !/^[a-z0-9-]{1,64}$/.test(name)
    ? t('panel.samples.nameWrong')
    : draft.name === undefined && taken.includes(name)
      ? t('panel.samples.nameTaken')
      : undefined;
  const keep = api.useMutation('put', '/api/v1/flows/{slug}/samples/{name}', {
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['get', '/api/v1/flows/{slug}/samples'] });
      await client.invalidateQueries({ queryKey: ['get', '/api/v1/flows/{slug}/samples/{name}'] });
      told(t('panel.samples.kept', { name }));
      onKept(name);
      onClose();
    },
  });
  const save = () => {
    const body: Schemas['SampleBody'] = {
      ...(description ? { description } : {}),
      ...(draft.from ? { from_run: draft.from, only_trigger: onlyTrigger } : { trigger: trigger ?? {} }),
      ...(draft.from || outputs === undefined ? {} : { outputs: outputs as never }),
      ...(old.data?.ports ? { ports: old.data.ports as never } : {}),
    };
    keep.mutate({ params: { path: { slug, name } }, body });
  };
  const loading = draft.name !== undefined && !old.data;
  return (
    <Modal
      opened
      onClose={onClose}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      size="lg"
      title={draft.name ? t('panel.samples.editTitle', { name: draft.name }) : t('panel.samples.newTitle')}
    >
      {loading ? (
        <LoadingRows rows={4} />
      ) : (
        <Stack gap="sm">
          <TextInput
            label={t('common.name')}
            description={t('panel.samples.nameLead')}
            value={name}
            error={wrong}
            disabled={draft.name !== undefined}
            data-autofocus
            onChange={(event) => setName(event.currentTarget.value.toLowerCase().replaceAll(/[\s_.]/g, '-'))}
          />
          <Textarea
            label={t('panel.samples.description')}
            value={description}
            autosize
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          {draft.from ? (
            <Checkbox
              size="xs"
              label={t('panel.samples.onlyTrigger')}
              description={t('panel.samples.onlyTriggerLead')}
              checked={onlyTrigger}
              onChange={(event) => setOnlyTrigger(event.currentTarget.checked)}
            />
          ) : (
            <Suspense fallback={<Skeleton h={200} />}>
              <div>
                <Text size="xs" fw={550} mb={2}>
                  {t('panel.samples.trigger')}
                </Text>
                <JsonEditor
                  value={trigger}
                  onChange={setTrigger}
                  onValid={setValid}
                  label={t('panel.samples.trigger')}
                  minHeight={160}
                  maxHeight={300}
                />
              </div>
              <div>
                <Text size="xs" fw={550} mb={2}>
                  {t('panel.samples.outputs')}
                </Text>
                <JsonEditor
                  value={outputs}
                  onChange={setOutputs}
                  onValid={setValid}
                  label={t('panel.samples.outputs')}
                  minHeight={60}
                  maxHeight={240}
                />
              </div>
            </Suspense>
          )}
          <Text size="xs" c="dimmed">
            {t('panel.samples.personal')}
          </Text>
          {keep.isError && <Failure error={keep.error} compact />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button loading={keep.isPending} disabled={wrong !== undefined || !valid} onClick={save}>
              {t('common.save')}
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

function free(taken: string[]): string {
  let number = taken.length + 1;
  while (taken.includes(`sample-${number}`)) number++;
  return `sample-${number}`;
}
