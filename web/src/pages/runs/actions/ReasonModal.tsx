/** Cancelling a run, or taking a failed one off the dead letters: with a reason for those who look later. */
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { http, must } from '@/api/client';
import { told } from '@/components/notify';
import { Failure } from '@/components/States';

export function ReasonModal({
  run,
  what,
  onDone,
  onClose,
}: {
  run: string;
  what: 'cancel' | 'dismiss';
  onDone: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    try {
      const said = { params: { path: { run } }, body: { reason: reason.trim() || null } };
      await must(
        what === 'cancel'
          ? http.POST('/api/v1/runs/{run}/cancel', said)
          : http.POST('/api/v1/runs/{run}/dismiss', said),
      );
      told(t(`runs.reason.${what}.done`));
      onDone();
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(`runs.reason.${what}.title`)}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void go();
        }}
      >
        <Stack gap="md">
          <Text size="sm">{t(`runs.reason.${what}.lead`)}</Text>
          <TextInput
            label={t('runs.bulk.reason')}
            description={t('runs.bulk.reasonHint')}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            data-autofocus
          />
          {error !== undefined && <Failure error={error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common.back')}
            </Button>
            <Button type="submit" color={what === 'cancel' ? 'red' : undefined} loading={busy}>
              {t(`runs.reason.${what}.go`)}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
