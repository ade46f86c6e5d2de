/** Which flow is called, with what, and whether its end is waited for. */
import { Select, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFlows } from '@/api/flows';
import { toPointer } from '@/lib/json';
import { FaultLines } from '../fields/FaultLines';
import { FieldView } from '../fields/FieldView';
import { useTools } from '../fields/tools';
import { faultsAt } from '../model/faults';
import { type KindFormProps, useKindFields } from './form';

export function CallFlowForm(props: KindFormProps) {
  const { t } = useTranslation();
  const { faults, readOnly } = useTools();
  const { value, slug, path } = props;
  const { props: of, set } = useKindFields(props);
  const flows = useFlows();
  const flow = of('flow').field;
  const chosen = typeof value.flow === 'string' ? value.flow : null;
  const others = (flows.data ?? []).filter((one) => one.slug !== slug && !one.archived_at);
  const wrong = faultsAt(faults, toPointer([...path, 'flow']), true);
  const input = of('input');
  return (
    <Stack gap="md">
      <Select
        label={flow.title}
        required
        searchable
        data={[
          ...others.map((one) => ({ value: one.slug, label: one.name })),
          ...(chosen && !others.some((one) => one.slug === chosen) ? [{ value: chosen, label: chosen }] : []),
        ]}
        value={chosen}
        onChange={(next) => set('flow', next ?? undefined)}
        placeholder={t('common.form.choose')}
        description={t('panel.call.lead')}
        error={wrong.length > 0}
        disabled={readOnly}
        wrapperProps={{ 'data-field': toPointer([...path, 'flow']) }}
      />
      <FaultLines faults={wrong} />
      <FieldView
        {...input}
        field={{
          ...input.field,
          kind: value.input === undefined || typeof value.input === 'string' ? 'text' : 'json',
        }}
      />
      <FieldView {...of('wait')} />
      {value.wait !== false && <FieldView {...of('timeout')} />}
    </Stack>
  );
}
