/** What is waited for: a while, a time, or a call. */
import { Radio, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { FieldView } from '../fields/FieldView';
import { useTools } from '../fields/tools';
import { type KindFormProps, useKindFields } from './form';

const WAYS = ['for', 'until', 'callback'] as const;

export function WaitForm(props: KindFormProps) {
  const { t } = useTranslation();
  const { readOnly } = useTools();
  const { value, setValue } = props;
  const { props: of } = useKindFields(props);
  const way = WAYS.find((one) => one in value) ?? 'for';
  const choose = (next: string) => {
    const { for: _, until: __, callback: ___, timeout: ____, ...rest } = value;
    setValue({
      ...rest,
      ...(next === 'callback' ? { callback: true } : { [next]: next === 'for' ? '1h' : '' }),
    });
  };
  return (
    <Stack gap="md">
      <Radio.Group label={t('panel.wait.label')} value={way} onChange={choose} readOnly={readOnly}>
        <Stack gap={6} mt={6}>
          {WAYS.map((one) => (
            <Radio key={one} value={one} label={t(`panel.wait.${one}`)} />
          ))}
        </Stack>
      </Radio.Group>
      {way === 'callback' ? <FieldView {...of('timeout')} /> : <FieldView {...of(way)} />}
    </Stack>
  );
}
