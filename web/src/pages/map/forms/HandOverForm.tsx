/** Notes what people carry from one system to another. */

import { Autocomplete, Group, Modal, Select, Stack, Text, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Failure } from '@/components/States';
import { handOverId } from '../model/ids';
import type { MapEdge, SystemMap } from '../types';
import type { MapChanges } from '../useSystemMap';
import { Buttons } from './SystemForm';

const WAYS = ['mail', 'excel', 'typed', 'paper', 'chat', 'usb'] as const;

export function HandOverForm({
  map,
  given,
  nameOf,
  changes,
  onClose,
}: {
  map: SystemMap;
  /** With an id: that one is changed. */
  given: Partial<Pick<MapEdge, 'id' | 'from' | 'to' | 'how' | 'note'>>;
  nameOf: (id: string) => string;
  changes: MapChanges;
  onClose: (id?: string) => void;
}) {
  const { t } = useTranslation();
  const [from, setFrom] = useState<string | null>(given.from ?? null);
  const [to, setTo] = useState<string | null>(given.to ?? null);
  const [how, setHow] = useState(given.how ?? '');
  const [note, setNote] = useState(given.note ?? '');
  const systems = map.systems
    .map(({ id }) => ({ value: id, label: nameOf(id) }))
    .toSorted((a, b) => a.label.localeCompare(b.label));
  const same = from !== null && from === to;

  const save = useMutation({
    mutationFn: changes.putHandOver,
    onSuccess: (_, { id }) => onClose(id),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!from || !to || same) return;
    save.mutate({ id: given.id ?? handOverId(), from, to, how: how.trim(), note: note.trim() });
  };
  const end = { data: systems, required: true, searchable: true, flex: '1 1 180px', size: 'sm' } as const;
  return (
    <Modal
      opened
      onClose={() => onClose()}
      title={t(given.id ? 'map.handOver.editTitle' : 'map.handOver.newTitle')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          {!given.id && (
            <Text size="sm" c="dimmed">
              {t('map.handOver.lead')}
            </Text>
          )}
          <Group gap="sm" align="flex-start">
            <Select
              {...end}
              label={t('map.handOver.from')}
              value={from}
              onChange={setFrom}
              data-autofocus={given.from ? undefined : true}
            />
            <Select
              {...end}
              label={t('map.handOver.to')}
              value={to}
              onChange={setTo}
              error={same && t('map.handOver.same')}
              data-autofocus={given.from && !given.to ? true : undefined}
            />
          </Group>
          <Autocomplete
            size="sm"
            label={t('map.handOver.how')}
            placeholder={t('map.handOver.howHint')}
            maxLength={200}
            data={WAYS.map((way) => t(`map.handOver.ways.${way}`))}
            value={how}
            onChange={setHow}
            openOnFocus={false}
            data-autofocus={given.from && given.to ? true : undefined}
          />
          <Textarea
            size="sm"
            label={t('map.handOver.note')}
            placeholder={t('map.handOver.noteHint')}
            autosize
            minRows={3}
            maxRows={10}
            maxLength={2000}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          {save.isError && <Failure error={save.error} compact />}
          <Buttons busy={save.isPending} onCancel={() => onClose()} adds={!given.id} />
        </Stack>
      </form>
    </Modal>
  );
}
