/** Before a branch goes: which of its ways stays. */
import { Button, Group, Modal, Radio, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { parseRef } from '@/flow/exits';
import { removeStep, waysOf } from '@/flow/remove';
import type { FlowDocument, Step } from '@/flow/types';
import { stepById } from '@/flow/walk';
import { usePortName } from '../canvas/ports';
import type { FlowActions } from './actions';

interface Props {
  /** Null: nothing is asked. */
  id: string | null;
  document: FlowDocument;
  nameOf: (step: Step) => string;
  onClose: () => void;
  actions: FlowActions;
}

export function KeepWay(props: Props) {
  const { id, document, nameOf, onClose } = props;
  const { t } = useTranslation();
  const step = id === null ? undefined : stepById(document, id);
  return (
    <Modal
      opened={step !== undefined}
      onClose={onClose}
      title={step && t('builder.keep.title', { name: nameOf(step) })}
      centered
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {id && step && <Body {...props} id={id} />}
    </Modal>
  );
}

function Body({ id, document, onClose, actions }: Props & { id: string }) {
  const { t } = useTranslation();
  const portName = usePortName();
  const ways = waysOf(document, id);
  const [keep, setKeep] = useState(ways[0] ?? '');
  const also = removeStep(document, id, keep || null).also.length;
  return (
    <>
      <Radio.Group value={keep} onChange={setKeep} label={t('builder.keep.question')}>
        <Stack gap="xs" mt="xs">
          {ways.map((ref) => (
            <Radio
              key={ref}
              value={ref}
              label={t('builder.keep.way', { name: portName(parseRef(ref).port ?? ref) })}
            />
          ))}
          <Radio value="" label={t('builder.keep.none')} />
        </Stack>
      </Radio.Group>
      <Text size="sm" mt="md">
        {t('builder.keep.also', { count: also })}
      </Text>
      <Group justify="flex-end" gap="xs" mt="md">
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button
          color="red"
          onClick={() => {
            onClose();
            actions.removeKeeping(id, keep || null);
          }}
        >
          {t('common.remove')}
        </Button>
      </Group>
    </>
  );
}
