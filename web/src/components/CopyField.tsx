import { TextInput } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyIcon } from '@/components/CopyIcon';

/** Something to be copied elsewhere: an address, a token. */
export function CopyField({
  label,
  description,
  value,
}: {
  label: string;
  description?: ReactNode;
  value: string;
}) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <TextInput
      id={id}
      label={label}
      description={description}
      value={value}
      readOnly
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', textOverflow: 'ellipsis' } }}
      onFocus={(event) => event.currentTarget.select()}
      rightSection={<CopyIcon value={value} label={`${t('common.copy')}: ${label}`} />}
    />
  );
}
