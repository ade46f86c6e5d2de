/** A length of time as people say it: a number and a unit. */
import { Group, NumberInput, Select } from '@mantine/core';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type DurationUnit, readDuration, writeDuration } from '../model/duration';

const UNITS: DurationUnit[] = ['ms', 's', 'm', 'h', 'd'];

export function DurationInput({
  value,
  onChange,
  labelId,
  placeholder,
  disabled,
  invalid,
  usual = 'm',
}: {
  value?: string;
  onChange: (next: string | undefined) => void;
  labelId: string;
  /** A duration that counts where none is given. */
  placeholder?: string;
  disabled?: boolean;
  invalid?: boolean;
  usual?: DurationUnit;
}) {
  const { t } = useTranslation();
  const id = useId();
  const read = readDuration(value);
  const other = readDuration(placeholder);
  const [unit, setUnit] = useState<DurationUnit>();
  const shown = read?.unit ?? unit ?? other?.unit ?? usual;
  const units = UNITS.filter((one) => one !== 'ms' || shown === 'ms');
  return (
    <Group gap={6} wrap="nowrap" maw={260}>
      <NumberInput
        aria-labelledby={labelId}
        value={read?.amount ?? ''}
        onChange={(next) => onChange(typeof next === 'number' ? writeDuration(next, shown) : undefined)}
        min={0}
        allowDecimal={false}
        allowNegative={false}
        placeholder={other ? String(other.amount) : undefined}
        disabled={disabled}
        error={invalid}
        flex={1}
      />
      <span id={`${id}-unit`} className="visually-hidden">
        {t('panel.duration.unit')}
      </span>
      <Select
        aria-labelledby={`${labelId} ${id}-unit`}
        data={units.map((one) => ({ value: one, label: t(`panel.duration.${one}`) }))}
        value={shown}
        onChange={(next) => {
          setUnit(next as DurationUnit);
          if (read) onChange(writeDuration(read.amount, next as DurationUnit));
        }}
        allowDeselect={false}
        disabled={disabled}
        w={110}
      />
    </Group>
  );
}
