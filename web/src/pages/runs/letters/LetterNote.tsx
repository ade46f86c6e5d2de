/** What became of a dead letter, or what to mind before it is touched. */
import { Badge, Group, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { who } from '@/lib/who';
import { RunLink } from '../RunLink';
import type { Letter } from './causes';
import type { State } from './useLetters';

export function LetterNote({ letter, state }: { letter: Letter; state: State }) {
  const { t } = useTranslation();
  const { dismissal } = letter;
  if (state === 'open') {
    if (!letter.may_have_happened) return null;
    return (
      <Badge color="orange" leftSection={<IconAlertTriangle size={12} aria-hidden />}>
        {t('runs.letters.doubtfulOne')}
      </Badge>
    );
  }
  if (letter.resumed_by) {
    return (
      <Group gap={6}>
        <Text size="xs">{t('runs.view.resumedBy')}</Text>
        <RunLink run={letter.resumed_by} size="xs" />
      </Group>
    );
  }
  if (!dismissal) return null;
  return (
    <Text size="xs">
      {t('runs.letters.dismissedBy', { by: who(dismissal.by, t) })}
      {dismissal.reason && ` – ${dismissal.reason}`}
    </Text>
  );
}
