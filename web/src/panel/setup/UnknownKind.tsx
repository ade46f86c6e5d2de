import { Alert } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** A step or trigger whose connector is not here: it stays as it is, and can be edited as JSON. */
export function UnknownKind({ use }: { use: string }) {
  const { t } = useTranslation();
  return (
    <Alert color="orange" title={t('panel.head.unknownKind', { use })}>
      {t('panel.head.unknownLead')}
    </Alert>
  );
}
