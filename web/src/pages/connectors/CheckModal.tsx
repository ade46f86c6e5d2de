import { Modal, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { Failure, LoadingRows } from '@/components/States';
import { Fits } from './Fits';

/** Which published flows would fit a version, and what would not. */
export function CheckModal({
  connector,
  version,
  onClose,
}: {
  connector: string;
  version: string | undefined;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Modal
      closeButtonProps={{ 'aria-label': t('common.close') }}
      opened={version !== undefined}
      onClose={onClose}
      size="lg"
      title={t('connectors.fits.title', { version: version ?? '' })}
    >
      {version && <Checked connector={connector} version={version} />}
    </Modal>
  );
}

export function useCheck(connector: string, version: string) {
  return api.useQuery('get', '/api/v1/connectors/{connector}/versions/{version}/check', {
    params: { path: { connector, version } },
  });
}

function Checked({ connector, version }: { connector: string; version: string }) {
  const { t } = useTranslation();
  const check = useCheck(connector, version);
  if (check.isPending) return <LoadingRows rows={3} />;
  if (check.isError) return <Failure error={check.error} />;
  const fitting = check.data.flows.filter((flow) => flow.fits).length;
  return (
    <Stack gap="sm">
      <Text size="sm">
        {check.data.flows.length === 0
          ? t('connectors.fits.noFlows')
          : t('connectors.fits.summary', { fitting, count: check.data.flows.length })}
      </Text>
      {check.data.flows.length > 0 && <Fits fits={check.data.flows} />}
    </Stack>
  );
}
