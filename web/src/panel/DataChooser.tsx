/** Which sample or earlier run is looked at while one sets a step up. */
import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { formatAgo } from '@/lib/format';
import type { Chosen } from './data/chosen';

export function DataChooser({ chosen }: { chosen: Chosen }) {
  const { t } = useTranslation();
  const { samples, runs, choice } = chosen;
  const known =
    choice === 'none' ||
    samples.some((one) => choice === `sample:${one.name}`) ||
    runs.some((one) => choice === `run:${one.id}`);
  const run = (one: (typeof runs)[number]) => {
    const status = t(`common.runStatus.${one.status}`);
    return `${formatAgo(one.created_at)} · ${status}${one.mode === 'test' ? ` · ${t('panel.data.testRun')}` : ''}`;
  };
  return (
    <Select
      label={t('panel.data.label')}
      value={choice}
      onChange={(next) => next && chosen.choose(next)}
      allowDeselect={false}
      maxDropdownHeight={320}
      data={[
        ...(samples.length
          ? [
              {
                group: t('panel.data.samples'),
                items: samples.map((one) => ({ value: `sample:${one.name}`, label: one.name })),
              },
            ]
          : []),
        ...(runs.length
          ? [
              {
                group: t('panel.data.runs'),
                items: runs.map((one) => ({ value: `run:${one.id}`, label: run(one) })),
              },
            ]
          : []),
        ...(known ? [] : [{ value: choice, label: choice.replace(/^\w+:/, '') }]),
        { value: 'none', label: t('panel.data.none') },
      ]}
    />
  );
}
