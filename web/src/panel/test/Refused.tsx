/** Why a test was not begun; what is to be corrected first leads to its step. */
import { Alert, Anchor, List, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '@/api/client';
import { Failure } from '@/components/States';
import { type FlowDocument, TRIGGER } from '@/flow/types';
import { stepById } from '@/flow/walk';
import { say } from '@/i18n';
import { WithCode } from '../setup/About';

export function Refused({
  error,
  document,
  onSelect,
}: {
  error: unknown;
  document: FlowDocument;
  onSelect: (id: string | null) => void;
}) {
  const { t } = useTranslation();
  const faults = problemOf(error).faults ?? [];
  if (faults.length === 0) return <Failure error={error} />;
  return (
    <Alert
      role="alert"
      color="orange"
      variant="light"
      icon={<IconAlertTriangle size={18} />}
      title={t('panel.test.correctFirst')}
    >
      <List size="sm" spacing={6}>
        {faults.map((fault) => {
          const step = fault.step ? stepById(document, fault.step) : undefined;
          const isTrigger = fault.pointer.startsWith('/trigger');
          return (
            <List.Item key={`${fault.pointer} ${fault.code}`}>
              {(step || isTrigger) && (
                <Anchor
                  component="button"
                  type="button"
                  size="sm"
                  fw={550}
                  onClick={() => onSelect(step?.id ?? TRIGGER)}
                >
                  {step ? step.name || step.id : t('panel.source.trigger')}
                </Anchor>
              )}
              <Text size="sm">
                <WithCode text={`${say(fault.message)} ${say(fault.fix)}`} />
              </Text>
            </List.Item>
          );
        })}
      </List>
    </Alert>
  );
}
