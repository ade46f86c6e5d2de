/** Whose failures start this flow: all flows', some flows', or those with a tag. */
import { MultiSelect, Radio, Stack, TagsInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFlows } from '@/api/flows';
import { useTools } from '../fields/tools';
import type { KindFormProps } from './form';

const WAYS = ['all', 'flows', 'tags'] as const;
const texts = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);

export function FlowFailedForm({ slug, value, setValue }: KindFormProps) {
  const { t } = useTranslation();
  const { readOnly } = useTools();
  const list = useFlows();
  const read = value.all === true ? 'all' : texts(value.tags).length ? 'tags' : 'flows';
  const [asked, setAsked] = useState<(typeof WAYS)[number]>();
  const way = asked ?? read;
  const { all: _, flows: __, tags: ___, ...rest } = value;
  const give = (name: string, next: unknown) => setValue({ ...rest, [name]: next });
  const choose = (next: string) => {
    setAsked(next as (typeof WAYS)[number]);
    if (next === 'all') give('all', true);
    else give(next, texts(value[next]));
  };
  const flows = (list.data ?? []).filter((one) => one.slug !== slug && !one.archived_at);
  const chosen = texts(value.flows);
  const tags = [...new Set(flows.flatMap((one) => one.tags))].sort();
  return (
    <Stack gap="md">
      <Radio.Group label={t('panel.failed.label')} value={way} onChange={choose} readOnly={readOnly}>
        <Stack gap={6} mt={6}>
          {WAYS.map((one) => (
            <Radio key={one} value={one} label={t(`panel.failed.${one}`)} />
          ))}
        </Stack>
      </Radio.Group>
      {way === 'flows' && (
        <MultiSelect
          label={t('panel.failed.whichFlows')}
          data={[
            ...flows.map((one) => ({ value: one.slug, label: one.name })),
            ...chosen
              .filter((one) => !flows.some((flow) => flow.slug === one))
              .map((one) => ({ value: one, label: one })),
          ]}
          value={chosen}
          onChange={(next) => give('flows', next)}
          searchable
          disabled={readOnly}
        />
      )}
      {way === 'tags' && (
        <TagsInput
          label={t('panel.failed.whichTags')}
          data={tags}
          value={texts(value.tags)}
          onChange={(next) => give('tags', next)}
          disabled={readOnly}
        />
      )}
    </Stack>
  );
}
