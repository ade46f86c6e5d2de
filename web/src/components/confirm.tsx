/** Asking before what cannot be taken back: `if (await confirm({...})) ...`. */
import { Button, Group, Modal, Text, TextInput } from '@mantine/core';
import { type ReactNode, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';

type Question = {
  title: string;
  body?: ReactNode;
  /** The button's word: what will be done. */
  action: string;
  danger?: boolean;
  /** A word that must be typed first, for what is hard to undo. */
  type?: string;
};
type Asked = Question & { answer: (yes: boolean) => void };

let asked: Asked | undefined;
const listeners = new Set<() => void>();
const set = (next: Asked | undefined) => {
  asked = next;
  for (const listener of listeners) listener();
};

export const confirm = (question: Question): Promise<boolean> =>
  new Promise((resolve) => {
    asked?.answer(false);
    set({
      ...question,
      answer: (yes) => {
        set(undefined);
        resolve(yes);
      },
    });
  });

export function Confirmations() {
  const { t } = useTranslation();
  const now = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => asked,
  );
  return (
    <Modal
      opened={now !== undefined}
      onClose={() => now?.answer(false)}
      title={now?.title}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      centered
    >
      {now && <Body key={now.title} question={now} />}
    </Modal>
  );
}

function Body({ question }: { question: Asked }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  return (
    <>
      {question.body && (
        <Text size="sm" component="div" mb="md">
          {question.body}
        </Text>
      )}
      {question.type && (
        <TextInput
          mb="md"
          label={question.type}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          data-autofocus
        />
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={() => question.answer(false)}>
          {t('common.cancel')}
        </Button>
        <Button
          color={question.danger ? 'red' : undefined}
          disabled={question.type !== undefined && typed !== question.type}
          onClick={() => question.answer(true)}
          data-autofocus={question.type ? undefined : true}
        >
          {question.action}
        </Button>
      </Group>
    </>
  );
}
