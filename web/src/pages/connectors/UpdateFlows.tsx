/** Publishes flows again with the newest version, where they fit it. */
import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core';
import { IconAlertTriangleFilled, IconCircleCheckFilled, IconCircleMinus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isAboutConnectors } from '@/api/catalogue';
import { api, type Schemas } from '@/api/client';
import { Failure, LoadingRows } from '@/components/States';
import { StatusBadge } from '@/components/Status';
import { useCheck } from './CheckModal';
import { Faults } from './Fits';

export function UpdateFlows({
  connector,
  version,
  opened,
  onClose,
}: {
  connector: string;
  version: string | undefined;
  opened: boolean;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Modal
      closeButtonProps={{ 'aria-label': t('common.close') }}
      opened={opened && version !== undefined}
      onClose={onClose}
      size="lg"
      title={t('connectors.update.title', { version: version ?? '' })}
    >
      {opened && version && <Body connector={connector} version={version} onClose={onClose} />}
    </Modal>
  );
}

function Body({ connector, version, onClose }: { connector: string; version: string; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const check = useCheck(connector, version);
  const [left, setLeft] = useState<string[]>([]);
  const update = api.useMutation('post', '/api/v1/connectors/{connector}/update', {
    onSuccess: () =>
      client.invalidateQueries({
        predicate: (query) =>
          isAboutConnectors(query) || String(query.queryKey[1]).startsWith('/api/v1/flows'),
      }),
  });
  if (update.data) {
    return (
      <Stack gap="sm">
        {update.data.flows.map((flow) => (
          <Outcome key={flow.flow} flow={flow} />
        ))}
        <Group justify="flex-end">
          <Button onClick={onClose}>{t('common.done')}</Button>
        </Group>
      </Stack>
    );
  }
  if (check.isPending) return <LoadingRows rows={3} />;
  if (check.isError) return <Failure error={check.error} />;
  const behind = check.data.flows.filter((flow) => flow.connector_version !== version);
  const chosen = behind.filter((flow) => flow.fits && !left.includes(flow.flow)).map((flow) => flow.flow);
  return (
    <Stack gap="md">
      <Text size="sm">{t('connectors.update.lead')}</Text>
      {behind.map((flow) => (
        <div key={flow.flow}>
          <Checkbox
            size="xs"
            label={`${flow.flow} (${flow.connector_version ?? '–'})`}
            disabled={!flow.fits}
            checked={flow.fits && !left.includes(flow.flow)}
            onChange={(event) =>
              setLeft(
                event.currentTarget.checked ? left.filter((one) => one !== flow.flow) : [...left, flow.flow],
              )
            }
          />
          <Faults faults={flow.faults} />
        </div>
      ))}
      {update.isError && <Failure error={update.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button
          disabled={chosen.length === 0}
          loading={update.isPending}
          onClick={() => update.mutate({ params: { path: { connector } }, body: { flows: chosen } })}
        >
          {t('connectors.update.go', { count: chosen.length })}
        </Button>
      </Group>
    </Stack>
  );
}

function Outcome({ flow }: { flow: Schemas['FlowUpdate'] }) {
  const { t } = useTranslation();
  const [look, label] = flow.version
    ? [
        { color: 'teal', icon: IconCircleCheckFilled },
        t('connectors.update.moved', { version: flow.version }),
      ]
    : flow.faults.length > 0
      ? [{ color: 'red', icon: IconAlertTriangleFilled }, t('connectors.update.stays')]
      : [{ color: 'gray', icon: IconCircleMinus }, t('connectors.update.same')];
  return (
    <div>
      <Group gap="xs">
        <Text size="sm" fw={550}>
          {flow.flow}
        </Text>
        <StatusBadge {...look} label={label} />
      </Group>
      <Faults faults={flow.faults} />
    </div>
  );
}
