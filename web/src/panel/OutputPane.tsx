/** What the step gave, in the chosen run or in its last test. */
import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { JsonView } from '@/components/JsonView';
import { Empty } from '@/components/States';
import { type StepPanelProps, TRIGGER } from '@/flow/types';
import type { Chosen } from './data/chosen';

export function OutputPane({ selected, chosen }: StepPanelProps & { chosen: Chosen }) {
  const { t } = useTranslation();
  const value = selected === TRIGGER ? chosen.scope?.trigger : chosen.scope?.steps[selected];
  if (value === undefined) return <Empty title={t('panel.output.none')} lead={t('panel.output.noneLead')} />;
  return (
    <Stack gap="sm">
      <Text size="xs" c="dimmed">
        {t('panel.data.lead')}
      </Text>
      <JsonView value={value} height="none" label={t('panel.tabs.output')} />
    </Stack>
  );
}
