/** Cancelling a run, or taking a failed one off the dead letters: with a reason for those who look later. */

import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
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
  const go = useMutation({
    mutationFn: () => {
      const said = { params: { path: { run } }, body: { reason: reason.trim() || null } };
      return what === 'cancel'
        ? must(http.POST('/api/v1/runs/{run}/cancel', said))
        : must(http.POST('/api/v1/runs/{run}/dismiss', said));
    },
    onSuccess: () => {
      told(t(`runs.reason.${what}.done`));
      onDone();
    },
  });
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
          go.mutate();
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
          {go.isError && <Failure error={go.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common.back')}
            </Button>
            <Button type="submit" color={what === 'cancel' ? 'red' : undefined} loading={go.isPending}>
              {t(`runs.reason.${what}.go`)}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
