/** Note, id, and when the step runs. */
import { Stack, Text, Textarea } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Step, StepPanelProps } from '@/flow/types';
import type { Standing } from '@/flow/walk';

export function More({
  standing: { step },
  change,
  readOnly,
}: StepPanelProps & { standing: Standing; change: (next: Step, label?: string) => void }) {
  const { t } = useTranslation();
  const setNote = (note: string) => {
    const { note: _, ...rest } = step;
    change(
      note === '' ? (rest as Step) : { ...step, note },
      t('panel.did.note', { step: step.name ?? step.id }),
    );
  };
  return (
    <Stack gap="sm">
      <Text component="h3" size="sm" fw={600}>
        {t('panel.more.title')}
      </Text>
      <Textarea
        label={t('panel.more.note')}
        description={t('panel.more.noteLead')}
        autosize
        minRows={1}
        maxRows={8}
        value={step.note ?? ''}
        readOnly={readOnly}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </Stack>
  );
}
