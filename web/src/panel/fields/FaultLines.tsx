/** What is wrong, and what to do about it. */
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Fault } from '@/flow/types';
import { say } from '@/i18n';
import { WithCode } from '../setup/About';

export function FaultLines({ faults }: { faults: Fault[] }) {
  const { t } = useTranslation();
  return faults.map((fault) => (
    <Text
      key={`${fault.pointer} ${fault.code}`}
      size="xs"
      mt={3}
      c={fault.severity === 'warning' ? undefined : 'var(--mantine-color-error)'}
    >
      {fault.code === 'missing_field' ? (
        t('common.form.required')
      ) : (
        <WithCode text={`${say(fault.message)} ${say(fault.fix)}`} />
      )}
    </Text>
  ));
}
