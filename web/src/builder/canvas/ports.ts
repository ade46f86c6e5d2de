/** What exits are called: those that every flow has, in the reader's language; others as they were named. */
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

const NAMED = ['error', 'approved', 'rejected', 'timed_out', 'otherwise', 'yes', 'no'] as const;

export function usePortName(): (port: string) => string {
  const { t } = useTranslation();
  return useCallback(
    (port: string) => {
      const known = NAMED.find((one) => one === port);
      return known ? t(`builder.ports.${known}`) : port.replaceAll('_', ' ');
    },
    [t],
  );
}
