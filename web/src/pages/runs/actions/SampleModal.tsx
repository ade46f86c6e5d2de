/** Keeping what a run got and gave as a sample, to try the flow with. */
import { Alert, Button, Group, List, Modal, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { told } from '@/components/notify';
import { Failure } from '@/components/States';
import { sampleName } from './sampleName';

export function SampleModal({ run, slug, onClose }: { run: string; slug: string; onClose: () => void }) {
  const { t } = useTranslation();
  const [title, setTitle] = useState('');
  const [onlyTrigger, setOnlyTrigger] = useState(false);
  const name = sampleName(title, run);
  const samples = api.useQuery('get', '/api/v1/flows/{slug}/samples', { params: { path: { slug } } });
  const save = api.useMutation('put', '/api/v1/flows/{slug}/samples/{name}', {
    onSuccess: (saved) => {
      told(t('runs.sample.done', { name }));
      if (saved.left_out.length === 0) onClose();
    },
  });
  const leftOut = save.data?.left_out ?? [];
  const replace = leftOut.length === 0 && samples.data?.samples.some((one) => one.name === name);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('runs.sample.title')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate({
            params: { path: { slug, name } },
            body: { from_run: run, only_trigger: onlyTrigger, description: title.trim() },
          });
        }}
      >
        <Stack gap="md">
          <Text size="sm">{t('runs.sample.lead')}</Text>
          <TextInput
            label={t('runs.sample.name')}
            description={t(replace ? 'runs.sample.replaces' : 'runs.sample.nameHint', { name })}
            value={title}
            onChange={(event) => setTitle(event.currentTarget.value)}
            data-autofocus
          />
          <Switch
            label={t('runs.sample.onlyTrigger')}
            checked={onlyTrigger}
            onChange={(event) => setOnlyTrigger(event.currentTarget.checked)}
          />
          {leftOut.length > 0 && (
            <Alert color="orange" title={t('runs.sample.leftOut')}>
              <List size="sm">
                {leftOut.map((one) => (
                  <List.Item key={one}>{one}</List.Item>
                ))}
              </List>
            </Alert>
          )}
          {save.isError && <Failure error={save.error} compact />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t(leftOut.length > 0 ? 'common.close' : 'common.cancel')}
            </Button>
            {leftOut.length === 0 && (
              <Button type="submit" loading={save.isPending}>
                {t(replace ? 'runs.sample.replace' : 'runs.sample.go')}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
