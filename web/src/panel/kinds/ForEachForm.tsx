/** What is repeated for each item, how many at once, and what an item's failure means. */
import { NumberInput, Radio, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { itemSources } from '../data/sources';
import { FieldView } from '../fields/FieldView';
import { FormToolsContext, useTools } from '../fields/tools';
import { type KindFormProps, useKindFields } from './form';

export function ForEachForm(props: KindFormProps) {
  const { t } = useTranslation();
  const tools = useTools();
  const { readOnly } = tools;
  // The key of an item is computed from it, though the loop itself stands outside.
  const item = itemSources(props.value.items, tools.sources, tools.scope, {
    item: t('panel.source.itemHere'),
    index: t('panel.source.index'),
  });
  const { value } = props;
  const { props: of, set } = useKindFields(props);
  const items = of('items');
  return (
    <Stack gap="md">
      <FieldView {...items} field={{ ...items.field, kind: 'text' }} />
      <NumberInput
        label={t('panel.loop.atOnce')}
        description={t('panel.loop.atOnceLead')}
        value={typeof value.concurrency === 'number' ? value.concurrency : ''}
        placeholder="1"
        min={1}
        max={100}
        allowDecimal={false}
        disabled={readOnly}
        maw={240}
        onChange={(next) => set('concurrency', typeof next === 'number' ? next : undefined)}
      />
      <Radio.Group
        label={t('panel.loop.onError')}
        value={value.on_item_error === 'continue' ? 'continue' : 'stop'}
        onChange={(next) => set('on_item_error', next === 'stop' ? undefined : next)}
        readOnly={readOnly}
      >
        <Stack gap={6} mt={6}>
          <Radio value="stop" label={t('panel.loop.stop')} />
          <Radio value="continue" label={t('panel.loop.continue')} />
        </Stack>
      </Radio.Group>
      {value.on_item_error === 'continue' && (
        <NumberInput
          label={t('panel.loop.most')}
          description={t('panel.loop.mostLead')}
          value={typeof value.max_errors === 'number' ? value.max_errors : ''}
          min={0}
          allowDecimal={false}
          disabled={readOnly}
          maw={240}
          onChange={(next) => set('max_errors', typeof next === 'number' ? next : undefined)}
        />
      )}
      <FormToolsContext value={{ ...tools, sources: [...item, ...tools.sources] }}>
        <FieldView {...of('key')} />
      </FormToolsContext>
    </Stack>
  );
}
