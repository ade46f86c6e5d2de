/** Asks once more before something is rejected; the place for why. */
import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Approval } from './decide';

export function RejectModal({
  approval,
  comment: begun,
  onReject,
  onClose,
}: {
  approval: Approval;
  comment: string;
  onReject: (comment: string) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [comment, setComment] = useState(begun);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('approvals.rejectTitle')}
      centered
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onReject(comment);
        }}
      >
        <Stack gap="md">
          <Text size="sm" style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>
            {approval.message}
          </Text>
          <Textarea
            label={t('approvals.comment')}
            description={t('approvals.commentHint')}
            autosize
            minRows={2}
            value={comment}
            onChange={(event) => setComment(event.currentTarget.value)}
            data-autofocus
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common.back')}
            </Button>
            <Button type="submit" color="red">
              {t('approvals.reject')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
