/** What an expression gives with the chosen sample, as the server computes it. Nothing where it cannot be told. */
import { Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconArrowRight, IconCheck, IconX } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { say } from '@/i18n';
import { ask, isRefused } from '../data/evaluator';
import { holdsNamed, named } from '../model/scope';
import { inShort } from '../model/tree';
import { WithCode } from '../setup/About';
import classes from './fields.module.css';
import { useTools } from './tools';

export function Preview({
  text,
  bare,
  asCondition,
  quiet,
}: {
  text: string;
  bare: boolean;
  /** True and false are said as what they mean for a condition. */
  asCondition?: boolean;
  /** What is wrong is told elsewhere already. */
  quiet?: boolean;
}) {
  const { t } = useTranslation();
  const { scope } = useTools();
  const [settled] = useDebouncedValue(text, 250);
  const answer = useQuery({
    queryKey: ['evaluate', settled, bare, scope && named(scope, [settled])],
    queryFn: () => ask(settled, bare, scope ?? { steps: {}, errors: {} }),
    enabled: scope !== undefined && settled.trim() !== '' && !isRefused(),
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 60_000,
  });
  const result = answer.data;
  if (!result || (quiet && result.error) || answer.isError || text.trim() === '') return null;
  if (result.error && scope && !holdsNamed(scope, settled)) {
    return (
      <Text component="div" className={classes.preview} c="dimmed">
        {t('panel.preview.notInSample')}
      </Text>
    );
  }
  if (result.error) {
    return (
      <Text component="div" className={classes.preview} c="dimmed" role="status">
        <span>
          <WithCode text={say(result.error.message)} />
        </span>
      </Text>
    );
  }
  const value = result.value ?? null;
  if (asCondition && typeof value === 'boolean') {
    const Icon = value ? IconCheck : IconX;
    return (
      <div className={classes.preview} role="status">
        <Icon size={13} aria-hidden style={{ flex: 'none', alignSelf: 'center' }} />
        {value ? t('panel.condition.holds') : t('panel.condition.fails')}
      </div>
    );
  }
  return (
    <div className={classes.preview} role="status">
      <IconArrowRight size={12} aria-hidden style={{ flex: 'none', alignSelf: 'center' }} />
      <span className="visually-hidden">{t('panel.preview.gives')}</span>
      {value === null || value === '' ? (
        <Text span size="xs" c="dimmed">
          {value === null ? t('panel.preview.nothing') : t('panel.preview.emptyText')}
        </Text>
      ) : (
        <code title={inShort(value, 2000)}>{inShort(value, 300)}</code>
      )}
    </div>
  );
}
