/** Installing a connector from a file. */
import { Alert, Button, FileInput, Group, Modal, Stack, Switch, Text } from '@mantine/core';
import { IconFileZip, IconInfoCircle } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isAboutConnectors } from '@/api/catalogue';
import { http, must } from '@/api/client';
import { Failure } from '@/components/States';
import { InstallReport } from './InstallReport';

export function InstallModal({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      closeButtonProps={{ 'aria-label': t('common.close') }}
      opened={opened}
      onClose={onClose}
      size="lg"
      title={t('connectors.installFile')}
    >
      {opened && <Body onClose={onClose} />}
    </Modal>
  );
}

function Body({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [enabled, setEnabled] = useState(true);
  const install = useMutation({
    mutationFn: (file: File) =>
      must(
        http.POST('/api/v1/connectors', {
          params: { query: { name: file.name, enabled } },
          headers: { 'Content-Type': 'application/zip' },
          body: file as never,
          bodySerializer: (body: unknown) => body as Blob,
        }),
      ),
    onSuccess: () => void client.invalidateQueries({ predicate: isAboutConnectors }),
  });
  if (install.data) {
    return (
      <Stack>
        <InstallReport report={install.data} />
        <Group justify="flex-end">
          <Button onClick={onClose}>{t('common.done')}</Button>
        </Group>
      </Stack>
    );
  }
  return (
    <Stack gap="md">
      <Text size="sm">{t('connectors.install.lead')}</Text>
      <FileInput
        size="xs"
        label={t('connectors.install.file')}
        description={t('connectors.install.fileHint')}
        placeholder={t('connectors.install.choose')}
        styles={{ placeholder: { color: 'var(--mantine-color-dimmed)' } }}
        accept=".zip,application/zip"
        leftSection={<IconFileZip size={15} />}
        value={file}
        onChange={setFile}
        clearable
        clearButtonProps={{ 'aria-label': t('common.clear') }}
      />
      <Switch
        label={t('connectors.install.enable')}
        description={t('connectors.install.enableHint')}
        checked={enabled}
        onChange={(event) => setEnabled(event.currentTarget.checked)}
      />
      <Alert color="gray" variant="light" icon={<IconInfoCircle size={18} />}>
        {t('connectors.install.safe')}
      </Alert>
      {install.isError && <Failure error={install.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button disabled={!file} loading={install.isPending} onClick={() => file && install.mutate(file)}>
          {t('connectors.install.button')}
        </Button>
      </Group>
    </Stack>
  );
}
