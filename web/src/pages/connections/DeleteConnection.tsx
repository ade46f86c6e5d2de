/** Deleting a connection: refused, with where it is used, while a published flow names it. */
import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { isAboutConnections } from '@/api/connections';
import { told } from '@/components/notify';
import { Failure, LoadingRows } from '@/components/States';
import type { Connection } from './health';
import { UsedBy, useUsage } from './WhereUsed';

export function DeleteConnection({
  connection,
  opened,
  onClose,
}: {
  connection: Connection;
  opened: boolean;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Modal
      closeButtonProps={{ 'aria-label': t('common.close') }}
      opened={opened}
      onClose={onClose}
      size="lg"
      title={t('connections.delete.title', { title: connection.title })}
    >
      {opened && <Body name={connection.name} onClose={onClose} />}
    </Modal>
  );
}

function Body({ name, onClose }: { name: string; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const usage = useUsage(name);
  const remove = api.useMutation('delete', '/api/v1/connections/{name}', {
    onSuccess: async () => {
      told(t('connections.delete.done'));
      await navigate({ to: '/connections' });
      await client.invalidateQueries({ predicate: isAboutConnections });
    },
  });
  if (usage.isPending) return <LoadingRows rows={2} />;
  if (usage.isError) return <Failure error={usage.error} />;
  const published = usage.data.flows.filter((flow) => flow.version != null);
  const drafts = usage.data.flows.filter((flow) => flow.version == null);
  if (published.length > 0) {
    return (
      <Stack gap="md">
        <Alert color="orange" variant="light" icon={<IconAlertTriangle size={18} />}>
          {t('connections.delete.inUse', { count: published.length })}
        </Alert>
        <UsedBy flows={published} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common.close')}
          </Button>
        </Group>
      </Stack>
    );
  }
  return (
    <Stack gap="md">
      <Text size="sm">{t('connections.delete.body')}</Text>
      {drafts.length > 0 && (
        <>
          <Text size="sm">{t('connections.delete.drafts', { count: drafts.length })}</Text>
          <UsedBy flows={drafts} />
        </>
      )}
      {remove.isError && <Failure error={remove.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t('common.cancel')}
        </Button>
        <Button
          color="red"
          loading={remove.isPending}
          onClick={() => remove.mutate({ params: { path: { name } } })}
        >
          {t('common.delete')}
        </Button>
      </Group>
    </Stack>
  );
}
