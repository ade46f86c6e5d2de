/** A text field that tells of its value when the typing rests, so that not each letter asks the server. */
import { TextInput, type TextInputProps } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useState } from 'react';

export function LazyTextInput({
  value,
  onSettled,
  ...rest
}: Omit<TextInputProps, 'onChange' | 'value'> & { value: string; onSettled: (value: string) => void }) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const tell = useDebouncedCallback(onSettled, 350);
  return (
    <TextInput
      {...rest}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        tell(event.currentTarget.value.trim());
      }}
    />
  );
}
