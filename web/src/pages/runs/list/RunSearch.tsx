import type { TextInputProps } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type Address, searched } from './filter';
import { LazyTextInput } from './LazyTextInput';

/** One field for everything one may know of a run: its number, or a word of what came in. */
export function RunSearch({
  address,
  onChange,
  ...rest
}: { address: Address; onChange: (patch: Address) => void } & Omit<TextInputProps, 'onChange' | 'value'>) {
  const { t } = useTranslation();
  return (
    <LazyTextInput
      type="search"
      aria-label={t('runs.filter.search')}
      placeholder={t('runs.filter.searchText')}
      leftSection={<IconSearch size={14} />}
      value={address.id ?? address.text ?? ''}
      onSettled={(words) => onChange(searched(words))}
      {...rest}
    />
  );
}
