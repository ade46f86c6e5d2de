/** Running again from what came in then: first, what would be done once more. */
import { Button, Group, List, Modal, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSystemNames } from '@/api/catalogue';
import { api } from '@/api/client';
import { told } from '@/components/notify';
import { Failure, LoadingRows } from '@/components/States';
import { newKey } from '@/lib/key';
import { VersionChoice } from './VersionChoice';

export function ReplayModal({
  run,
  version,
  newestVersion,
  titleOf,
  onDone,
  onClose,
}: {
  run: string;
  version: number | null | undefined;
  newestVersion: number | null | undefined;
  titleOf: (step: string) => string;
  onDone: (run: string) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const systemOf = useSystemNames();
  const [newest, setNewest] = useState(false);
  const [key] = useState(newKey);
  const preview = api.useQuery('get', '/api/v1/runs/{run}/replay', {
    params: { path: { run }, query: { newest } },
  });
  const replay = api.useMutation('post', '/api/v1/runs/{run}/replay', {
    onSuccess: (made) => {
      told(t('runs.replay.done'));
      onDone(made.run);
    },
  });
  const go = () =>
    replay.mutate({
      params: { path: { run }, header: { 'Idempotency-Key': `${key}-${newest}` } },
      body: { newest },
    });
  const effects = preview.data?.effects;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('runs.replay.title')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Stack gap="md">
        <Text size="sm">{t('runs.replay.lead')}</Text>
        <VersionChoice own={version} newestVersion={newestVersion} newest={newest} onChange={setNewest} />
        {preview.isPending && <LoadingRows rows={2} height={20} />}
        {preview.isError && <Failure error={preview.error} compact />}
        {effects && (
          <div>
            <Title order={3} size="h4" mb={4}>
              {t('runs.bulk.repeats')}
            </Title>
            {effects.length === 0 ? (
              <Text size="sm">{t('runs.bulk.noRepeats')}</Text>
            ) : (
              <List size="sm">
                {effects.map((effect) => (
                  <List.Item key={effect.step}>
                    {t('runs.bulk.repeat', {
                      count: effect.times,
                      step: [titleOf(effect.step), systemOf(effect.use)].filter(Boolean).join(' › '),
                    })}
                  </List.Item>
                ))}
              </List>
            )}
          </div>
        )}
        {replay.isError && <Failure error={replay.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button onClick={go} loading={replay.isPending} disabled={!preview.data}>
            {t('runs.replay.go')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
