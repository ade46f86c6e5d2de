/** The four figures that a period comes down to. */
import { Anchor, SimpleGrid } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { formatDuration, formatNumber, formatShare } from '@/lib/format';
import { changeOf, type Period, pointsOf, savedTime } from '../reckon';
import type { Overview } from '../types';
import { Figure } from './Figure';
import { Verdict } from './Verdict';

interface Props {
  overview: Overview;
  days: Period;
}

export function Figures(props: Props) {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} spacing="md">
      <Runs {...props} />
      <Success {...props} />
      <Latency {...props} />
      <Saved {...props} />
    </SimpleGrid>
  );
}

function Runs({ overview: { runs, previous, from }, days }: Props) {
  const { t } = useTranslation();
  const before = t(`overview.before.d${days}`);
  const change = changeOf(runs.total, previous.total);
  return (
    <Figure title={t('overview.runs.title')} value={formatNumber(runs.total)}>
      <div>
        {change
          ? t(`overview.runs.${change.direction}`, { share: formatShare(change.by), before })
          : t('overview.runs.first', { before })}
      </div>
      <Anchor component={Link} to="/runs" search={{ mode: 'normal', from } as never} size="xs">
        {t('overview.runs.all')}
      </Anchor>
    </Figure>
  );
}

function Success({ overview: { success_rate: rate, target, previous }, days }: Props) {
  const { t } = useTranslation();
  if (rate === null || rate === undefined) {
    return (
      <Figure title={t('overview.success.title')} value="–">
        {t('overview.success.none')}
      </Figure>
    );
  }
  const before = previous.success_rate;
  const change = before === null || before === undefined ? undefined : pointsOf(rate, before);
  return (
    <Figure
      title={t('overview.success.title')}
      value={formatShare(rate)}
      badge={
        <Verdict
          met={rate >= target}
          word={t(rate >= target ? 'overview.success.met' : 'overview.success.below')}
          target={t('overview.success.target', { target: formatShare(target) })}
        />
      }
    >
      {change &&
        t(`overview.success.${change.direction}`, {
          points: formatNumber(change.by),
          before: t(`overview.before.d${days}`),
        })}
    </Figure>
  );
}

function Latency({ overview: { latency, latency_target_ms } }: Props) {
  const { t } = useTranslation();
  const { p50_ms: p50, p95_ms: p95, within_target: within } = latency;
  if (p95 === null || p95 === undefined) {
    return (
      <Figure title={t('overview.latency.title')} value="–">
        {t('overview.latency.none')}
      </Figure>
    );
  }
  const target = formatDuration(latency_target_ms);
  const met = p95 <= latency_target_ms;
  return (
    <Figure
      title={t('overview.latency.title')}
      value={formatDuration(p95)}
      badge={
        <Verdict
          met={met}
          word={t(met ? 'overview.latency.met' : 'overview.latency.below')}
          target={t('overview.latency.target', { target })}
        />
      }
    >
      <div>{t('overview.latency.meaning', { half: formatDuration(p50 ?? p95) })}</div>
      {within !== null && within !== undefined && (
        <div>{t('overview.latency.within', { share: formatShare(within), target })}</div>
      )}
    </Figure>
  );
}

function Saved({ overview: { saved_minutes: minutes } }: Props) {
  const { t } = useTranslation();
  if (minutes === null || minutes === undefined) {
    return (
      <Figure title={t('overview.saved.title')} value={t('overview.saved.none')}>
        <div>{t('overview.saved.how')}</div>
        <Anchor component={Link} to="/flows" size="xs">
          {t('overview.saved.flows')}
        </Anchor>
      </Figure>
    );
  }
  const { hours, days } = savedTime(minutes);
  return (
    <Figure
      title={t('overview.saved.title')}
      value={t('overview.saved.hours', { hours: formatNumber(hours) })}
    >
      {days !== undefined && <div>{t('overview.saved.days', { days: formatNumber(days) })}</div>}
      <div>{t('overview.saved.meaning')}</div>
    </Figure>
  );
}
