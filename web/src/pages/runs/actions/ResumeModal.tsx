/** Going on where a run failed: with the failed step's input corrected, on its own or the newest version. */
import { Alert, Button, Group, Input, Modal, Skeleton, Stack, Switch, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { told } from '@/components/notify';
import { Failure } from '@/components/States';
import { newKey } from '@/lib/key';
import { VersionChoice } from './VersionChoice';

const JsonEditor = lazy(() => import('@/components/code/JsonEditor'));

export function ResumeModal({
  run,
  failedStep,
  version,
  newestVersion,
  input,
  edit: editFirst,
  newest: newestFirst,
  doubtful,
  onDone,
  onClose,
}: {
  run: string;
  /** Its id, and what it is called. */
  failedStep?: { id: string; title: string };
  version: number | null | undefined;
  newestVersion: number | null | undefined;
  /** The failed step's input, where it is known. */
  input: unknown;
  edit: boolean;
  newest: boolean;
  doubtful: boolean;
  onDone: (run: string) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [newest, setNewest] = useState(newestFirst);
  const [edit, setEdit] = useState(editFirst && input !== undefined);
  const [draft, setDraft] = useState(input);
  const [valid, setValid] = useState(true);
  const [key] = useState(newKey);
  const text = JSON.stringify(draft) ?? '';
  const changed = edit && text !== JSON.stringify(input);

  const resume = api.useMutation('post', '/api/v1/runs/{run}/resume', {
    onSuccess: (made) => {
      told(t('runs.resume.done'));
      onDone(made.run);
    },
  });
  const go = () => {
    const edits = changed && failedStep ? { [failedStep.id]: draft as Record<string, never> } : undefined;
    resume.mutate({
      // The key stands for this very wish: another input is another one.
      params: { path: { run }, header: { 'Idempotency-Key': `${key}-${newest}-${hash(text)}` } },
      body: { newest, edits },
    });
  };
  return (
    <Modal
      opened
      size="lg"
      onClose={onClose}
      title={t('runs.resume.title')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Stack gap="md">
        <Text size="sm">{t('runs.resume.lead')}</Text>
        {doubtful && (
          <Alert color="orange" icon={<IconAlertTriangle size={18} />}>
            {t('runs.resume.doubt')}
          </Alert>
        )}
        <VersionChoice own={version} newestVersion={newestVersion} newest={newest} onChange={setNewest} />
        {failedStep && input !== undefined && (
          <Switch
            label={t('runs.resume.edit', { step: failedStep.title })}
            checked={edit}
            onChange={(event) => setEdit(event.currentTarget.checked)}
          />
        )}
        {edit && (
          <Input.Wrapper label={t('runs.resume.input')} description={t('runs.resume.inputHint')}>
            <Suspense fallback={<Skeleton h={160} mt={4} />}>
              <div style={{ marginTop: 4 }}>
                <JsonEditor
                  value={draft}
                  onChange={setDraft}
                  onValid={setValid}
                  label={t('runs.resume.input')}
                  minHeight={140}
                  maxHeight={360}
                />
              </div>
            </Suspense>
          </Input.Wrapper>
        )}
        {resume.isError && <Failure error={resume.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button onClick={go} loading={resume.isPending} disabled={edit && (!valid || draft === undefined)}>
            {t(changed ? 'runs.resume.goEdited' : 'runs.resume.go')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** Tells texts apart; nothing secret depends on it. */
const hash = (text: string) => {
  let sum = 0;
  for (let at = 0; at < text.length; at += 1) sum = (Math.imul(sum, 31) + text.charCodeAt(at)) | 0;
  return (sum >>> 0).toString(16);
};
