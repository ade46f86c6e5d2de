/** An event to try the flow with: a real one that came, one that is waited for, or one that is kept. */
import { Divider, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { JsonView } from '@/components/JsonView';
import type { StepPanelProps } from '@/flow/types';
import { DataChooser } from '../DataChooser';
import type { Chosen } from '../data/chosen';
import { Listen } from './Listen';
import { Samples } from './Samples';

export function TriggerData({
  slug,
  document,
  chosen,
  flush,
  readOnly,
}: StepPanelProps & { chosen: Chosen }) {
  const { t } = useTranslation();
  return (
    <Stack gap="md">
      <DataChooser chosen={chosen} />
      {chosen.scope?.trigger !== undefined ? (
        <JsonView value={chosen.scope.trigger} height={420} label={t('panel.data.label')} />
      ) : (
        <Text size="sm" c="dimmed">
          {t('panel.data.noneLead')}
        </Text>
      )}
      {!readOnly && <Listen slug={slug} document={document} flush={flush} onHeard={chosen.choose} />}
      <Divider />
      <Samples slug={slug} chosen={chosen} readOnly={readOnly} />
    </Stack>
  );
}
