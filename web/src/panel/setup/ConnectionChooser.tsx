/** Which account of the system is used. */
import { Anchor, Button, Group, Modal, Select, Stack } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Text as Words } from '@/api/client';
import { LoadingRows } from '@/components/States';
import { say } from '@/i18n';
import { FaultLines } from '../fields/FaultLines';
import { useTools } from '../fields/tools';
import { faultsAt } from '../model/faults';

const ConnectionForm = lazy(() => import('@/pages/connections/ConnectionForm'));

export function ConnectionChooser({
  connector,
  system,
  value,
  onChange,
  pointer,
}: {
  connector: string;
  system?: Words;
  value?: string;
  onChange: (next: string | undefined) => void;
  pointer: string;
}) {
  const { t } = useTranslation();
  const { faults, readOnly } = useTools();
  const list = api.useQuery('get', '/api/v1/connections', { params: { query: { connector, limit: 200 } } });
  const all = list.data?.connections ?? [];
  const wrong = faultsAt(faults, pointer, true);
  const [making, setMaking] = useState(false);
  const of = { system: say(system) || connector };
  const chosen = all.find((one) => one.name === value);
  return (
    <Stack gap={4} data-field={pointer}>
      <Group gap="xs" align="flex-end" wrap="nowrap">
        <Select
          flex={1}
          label={t('panel.connection.label')}
          required
          value={value ?? null}
          onChange={(next) => onChange(next ?? undefined)}
          data={[
            ...all.map((one) => ({
              value: one.name,
              label: `${one.title || one.name}${one.last_error ? ` · ${t('panel.connection.failing')}` : ''}`,
            })),
            ...(value && !chosen ? [{ value, label: value }] : []),
          ]}
          placeholder={all.length ? t('panel.connection.choose') : t('panel.connection.none', of)}
          disabled={readOnly}
          error={wrong.length > 0}
          allowDeselect={false}
        />
        {!readOnly && (
          <Button
            variant="default"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => setMaking(true)}
          >
            {t('panel.connection.new')}
          </Button>
        )}
      </Group>
      <FaultLines faults={wrong} />
      {chosen?.last_error && (
        <Anchor component={Link} to={`/connections/${chosen.name}` as never} size="xs">
          {t('panel.connection.open')}
        </Anchor>
      )}
      <Modal
        opened={making}
        onClose={() => setMaking(false)}
        title={t('panel.connection.newTitle', of)}
        closeButtonProps={{ 'aria-label': t('common.close') }}
        size="lg"
      >
        <Suspense fallback={<LoadingRows />}>
          <ConnectionForm
            connector={connector}
            onDone={(name) => {
              setMaking(false);
              void list.refetch();
              onChange(name);
            }}
            onCancel={() => setMaking(false)}
            returnTo={window.location.pathname + window.location.search}
          />
        </Suspense>
      </Modal>
    </Stack>
  );
}
