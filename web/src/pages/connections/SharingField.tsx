import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';

export type Shared = Schemas['Shared'];
const CHOICES: Shared[] = ['private', 'admin', 'editor', 'operator', 'viewer'];

/** Who may use a connection, by role, in plain words. */
export function SharingField({
  value,
  onChange,
  disabled,
}: {
  value: Shared;
  onChange: (next: Shared) => void;
  disabled?: boolean;
}) {
  const { t } = useTranslation();
  return (
    <Select
      label={t('connections.sharing.label')}
      description={t(`connections.sharing.means.${value}`)}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      data={CHOICES.map((choice) => ({ value: choice, label: t(`connections.sharing.choice.${choice}`) }))}
      value={value}
      disabled={disabled}
      allowDeselect={false}
      onChange={(next) => next && onChange(next as Shared)}
    />
  );
}
