import { CloseButton, TextInput, type TextInputProps } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** A search field that says what was typed once the typing pauses. */
export function SearchBox({
  value,
  onChange,
  label,
  ...rest
}: {
  value: string;
  onChange: (next: string) => void;
  label?: string;
} & Omit<TextInputProps, 'value' | 'onChange' | 'label'>) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(value);
  const told = useRef(value);
  useEffect(() => {
    // Changed from outside: a cleared filter, the browser's back.
    if (value !== told.current) {
      told.current = value;
      setTyped(value);
    }
  }, [value]);
  useEffect(() => {
    if (typed === told.current) return;
    const timer = setTimeout(() => {
      told.current = typed;
      onChange(typed);
    }, 200);
    return () => clearTimeout(timer);
  }, [typed, onChange]);
  return (
    <TextInput
      w={{ base: '100%', xs: 260 }}
      leftSection={<IconSearch size={14} aria-hidden />}
      rightSection={
        typed && <CloseButton size="sm" aria-label={t('common.clear')} onClick={() => setTyped('')} />
      }
      placeholder={label ?? t('common.search')}
      aria-label={label ?? t('common.search')}
      {...rest}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
    />
  );
}
