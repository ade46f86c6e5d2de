/** A choice of what there is in the connected system, such as its warehouses. What is not in the list can be typed. */
import { Autocomplete, Loader } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { api, problemOf } from '@/api/client';
import { say } from '@/i18n';
import type { LiteralProps } from './LiteralInput';
import { useTools } from './tools';

export function OptionsInput({
  field,
  value,
  onChange,
  labelId,
  describedBy,
  invalid,
  connection,
}: LiteralProps & { connection: string }) {
  const { t } = useTranslation();
  const { readOnly } = useTools();
  const { operation, value: at, title } = field.options ?? { operation: '', value: '', title: '' };
  const list = api.useQuery(
    'get',
    '/api/v1/connections/{name}/options/{operation}',
    { params: { path: { name: connection, operation }, query: { value: at, title } } },
    { staleTime: 60_000, retry: false },
  );
  const options = (list.data?.options ?? []).map((one) => ({
    value: String(one.value),
    title: one.title,
    of: one.value,
  }));
  const named = new Map(
    options.map((one) => [one.title === one.value ? one.value : `${one.title} (${one.value})`, one]),
  );
  const shown = [...named].find(([, one]) => one.of === value)?.[0] ?? String(value ?? '');
  return (
    <Autocomplete
      aria-labelledby={labelId}
      aria-describedby={describedBy}
      error={list.isError ? say(problemOf(list.error).text) : invalid}
      disabled={readOnly}
      data={[...named.keys()]}
      value={shown}
      onChange={(next) => onChange(next === '' ? undefined : (named.get(next)?.of ?? next))}
      placeholder={t('common.form.choose')}
      rightSection={list.isLoading ? <Loader size={14} /> : undefined}
    />
  );
}
