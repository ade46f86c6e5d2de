/** The time range: a length that ends now, or from and to. */
import { Group, Select, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Address, fromLocalInput, RANGES, toLocalInput } from './filter';

const CUSTOM = 'custom';
const CHOICES = ['1h', 'today', '24h', '7d', '30d', CUSTOM] as const;

export function RangeSelect({
  address,
  onChange,
  label,
  w,
}: {
  address: Address;
  onChange: (patch: Address) => void;
  label?: string;
  w?: number | string;
}) {
  const { t } = useTranslation();
  const [custom, setCustom] = useState(false);
  const hasTimes = Boolean(address.from ?? address.to);
  const value = address.range ?? (custom || hasTimes ? CUSTOM : null);
  const choose = (next: string | null) => {
    setCustom(next === CUSTOM);
    if (next !== CUSTOM) onChange({ range: next ?? undefined, from: undefined, to: undefined });
    // Begins with what was chosen before, so that it only has to be made narrower.
    else if (!hasTimes) {
      const before =
        address.range && address.range in RANGES ? RANGES[address.range as keyof typeof RANGES] : 0;
      onChange({
        range: undefined,
        from: before ? new Date(Date.now() - before).toISOString() : undefined,
        to: undefined,
      });
    }
  };
  const time = (field: 'from' | 'to') => (
    <TextInput
      type="datetime-local"
      label={label && t(`runs.filter.${field}`)}
      aria-label={t(`runs.filter.${field}`)}
      value={toLocalInput(address[field])}
      max={field === 'from' ? toLocalInput(address.to) || undefined : undefined}
      min={field === 'to' ? toLocalInput(address.from) || undefined : undefined}
      onChange={(event) => onChange({ range: undefined, [field]: fromLocalInput(event.currentTarget.value) })}
    />
  );
  const Layout = label ? Stack : Group;
  return (
    <Layout gap="xs">
      <Select
        label={label}
        aria-label={t('runs.filter.range')}
        placeholder={t('runs.filter.ranges.any')}
        data={CHOICES.map((one) => ({ value: one, label: t(`runs.filter.ranges.${one}`) }))}
        value={value}
        onChange={choose}
        clearable
        clearButtonProps={{ 'aria-label': t('common.clear') }}
        w={w}
      />
      {value === CUSTOM && time('from')}
      {value === CUSTOM && time('to')}
    </Layout>
  );
}
