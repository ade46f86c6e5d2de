/** What the flow is for, in the words of those who keep it. */
import { Button, Group, Modal, TagsInput, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FlowDocument } from '@/flow/types';
import type { DraftStore } from './draft/store';

interface Props {
  opened: boolean;
  onClose: () => void;
  store: DraftStore;
  document: FlowDocument;
  may: boolean;
}

export function FlowNotes({ opened, onClose, ...rest }: Props) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('builder.notes.title')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Body {...rest} onClose={onClose} />
    </Modal>
  );
}

function Body({ onClose, store, document, may }: Omit<Props, 'opened'>) {
  const { t } = useTranslation();
  const [description, setDescription] = useState(document.description ?? '');
  const [tags, setTags] = useState(document.tags ?? []);
  if (!may) {
    return (
      <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
        {document.description || t('builder.notes.none')}
      </Text>
    );
  }
  const save = () => {
    const { description: _, tags: __, ...rest } = store.snapshot().history.now;
    const next = {
      ...rest,
      ...(description.trim() && { description: description.trim() }),
      ...(tags.length > 0 && { tags }),
    } as FlowDocument;
    if (
      JSON.stringify([description.trim(), tags]) !==
      JSON.stringify([document.description ?? '', document.tags ?? []])
    ) {
      store.change(next, t('builder.did.notes'));
    }
    onClose();
  };
  return (
    <>
      <Textarea
        label={t('builder.notes.description')}
        description={t('builder.notes.descriptionHint')}
        autosize
        minRows={5}
        maxRows={16}
        maxLength={20_000}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
        data-autofocus
      />
      <TagsInput
        mt="md"
        size="xs"
        label={t('builder.notes.tags')}
        description={t('builder.notes.tagsHint')}
        maxTags={50}
        value={tags}
        onChange={setTags}
      />
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button onClick={save}>{t('common.done')}</Button>
      </Group>
    </>
  );
}
