/** Choosing a flow by its name; the server looks, since there may be more than a list can hold. */
import { Loader, Select, type SelectProps } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';

export function FlowSelect({
  value,
  onChange,
  ...rest
}: { value: string | undefined; onChange: (slug: string | undefined) => void } & Omit<
  SelectProps,
  'value' | 'onChange' | 'data'
>) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [asked] = useDebouncedValue(typed.trim(), 150);
  const flows = api.useQuery(
    'get',
    '/api/v1/flows',
    { params: { query: { text: asked || undefined, limit: 50 } } },
    { staleTime: 60_000, placeholderData: (before) => before },
  );
  const data = (flows.data?.flows ?? []).map((flow) => ({ value: flow.slug, label: flow.name }));
  // A flow that is chosen and not among those found keeps its word.
  if (value && !data.some((one) => one.value === value)) data.unshift({ value, label: value });
  const chosen = data.find((one) => one.value === value)?.label;
  return (
    <Select
      aria-label={t('runs.filter.flow')}
      placeholder={t('runs.filter.anyFlow')}
      data={data}
      value={value ?? null}
      onChange={(slug) => onChange(slug ?? undefined)}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t('common.clear') }}
      // The words of what is chosen are no search.
      onSearchChange={(words) => setTyped(words === chosen ? '' : words)}
      filter={({ options }) => options}
      rightSection={flows.isFetching && asked ? <Loader size={12} /> : undefined}
      nothingFoundMessage={t('runs.filter.noFlow')}
      maxDropdownHeight={320}
      {...rest}
    />
  );
}
