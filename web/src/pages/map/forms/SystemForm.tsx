/** Adds a system to the map, or gives one that was added another name. */

import { Autocomplete, Button, Group, Modal, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useConnectors } from '@/api/catalogue';
import { Failure } from '@/components/States';
import { say } from '@/i18n';
import { connectorCalled, systemId } from '../model/ids';
import type { MapSystem, SystemMap } from '../types';
import type { MapChanges } from '../useSystemMap';

export function SystemForm({
  map,
  system,
  changes,
  onClose,
}: {
  map: SystemMap;
  /** Absent: a new one. */
  system?: MapSystem;
  changes: MapChanges;
  onClose: (id?: string) => void;
}) {
  const { t } = useTranslation();
  const [name, setName] = useState(system ? say(system.title) : '');
  const connectors = useConnectors();
  const known = connectors.data?.filter((one) => one.connection) ?? [];
  const title = name.trim();
  const taken = map.systems.some((one) => one.id !== system?.id && say(one.title) === title);

  const save = useMutation({
    mutationFn: (next: MapSystem) => changes.putSystems([next]),
    onSuccess: (_, { id }) => onClose(id),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!title || taken) return;
    const connector = connectorCalled(title, known);
    const id = system?.id ?? systemId(title, new Set(map.systems.map((one) => one.id)), known);
    save.mutate({
      connections: [],
      ...system,
      id,
      manual: true,
      title: connector?.name === id ? connector.title : { en: title, 'zh-TW': title },
    });
  };
  return (
    <Modal
      opened
      onClose={() => onClose()}
      title={t(system ? 'map.system.renameTitle' : 'map.system.newTitle')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Autocomplete
            size="sm"
            label={t('map.system.name')}
            description={t('map.system.nameHint')}
            required
            data-autofocus
            maxLength={200}
            limit={8}
            data={[...new Set(known.map((one) => say(one.title)))]}
            value={name}
            onChange={setName}
            error={taken && t('map.system.taken')}
          />
          {save.isError && <Failure error={save.error} compact />}
          <Buttons busy={save.isPending} onCancel={() => onClose()} adds={!system} />
        </Stack>
      </form>
    </Modal>
  );
}

export function Buttons({ busy, adds, onCancel }: { busy: boolean; adds: boolean; onCancel: () => void }) {
  const { t } = useTranslation();
  return (
    <Group justify="flex-end" gap="xs">
      <Button variant="default" onClick={onCancel}>
        {t('common.cancel')}
      </Button>
      <Button type="submit" loading={busy}>
        {t(adds ? 'common.add' : 'common.save')}
      </Button>
    </Group>
  );
}
