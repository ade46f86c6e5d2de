/** Where a run comes from and what became of it, in one line of small facts. */
import { Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Ago } from '@/components/Time';
import { say } from '@/i18n';
import { formatDuration, formatTime } from '@/lib/format';
import { who } from '@/lib/who';
import { tookMs } from '../list/held';
import { TriggerWords } from '../list/RunWords';
import { RunLink } from '../RunLink';
import type { RunView } from './merge';
import classes from './view.module.css';

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={classes.fact}>
      <Text component="dt" size="xs" c="dimmed">
        {label}
      </Text>
      <Text component="dd" m={0} size="sm">
        {children}
      </Text>
    </div>
  );
}

export function Facts({ view, now }: { view: RunView; now: number }) {
  const { t } = useTranslation();
  const took = tookMs(view, now);
  const short = (id: string) => <RunLink run={id}>{id.slice(0, 13)}…</RunLink>;
  return (
    <Group component="dl" gap="lg" my={0} align="flex-start">
      <Fact label={t('runs.list.trigger')}>
        {view.trigger_title ? say(view.trigger_title) : <TriggerWords kind={view.trigger} />}
      </Fact>
      {view.by && <Fact label={t('runs.view.by')}>{who(view.by, t)}</Fact>}
      <Fact label={t('runs.list.when')}>
        <span className="numbers">{formatTime(view.created_at)}</span> <Ago at={view.created_at} size="xs" />
      </Fact>
      <Fact label={t('runs.list.took')}>
        <span className="numbers">{took === undefined ? '–' : formatDuration(took)}</span>
      </Fact>
      <Fact label={t('runs.view.flowVersion')}>
        {view.version ? (
          <Link to="/flows/$slug/versions" params={{ slug: view.slug }} className={classes.link}>
            {t('runs.version', { version: view.version })}
          </Link>
        ) : (
          t('runs.draft')
        )}
      </Fact>
      {view.parent && <Fact label={t('runs.view.parent')}>{short(view.parent.run)}</Fact>}
      {view.resumed_from && <Fact label={t('runs.view.resumedFrom')}>{short(view.resumed_from)}</Fact>}
      {view.replayed_from && <Fact label={t('runs.view.replayedFrom')}>{short(view.replayed_from)}</Fact>}
      {view.resumed_by && <Fact label={t('runs.view.resumedBy')}>{short(view.resumed_by)}</Fact>}
    </Group>
  );
}
