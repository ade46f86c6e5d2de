/** The lists around runs, as tabs that are addresses. */

import { Badge, Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useStatus } from '@/api/status';
import classes from './RunsNav.module.css';

const LISTS = [
  { key: 'runs', to: '/runs' },
  { key: 'letters', to: '/dead-letters' },
  { key: 'incoming', to: '/runs/incoming' },
] as const;

export function RunsNav({ at }: { at: (typeof LISTS)[number]['key'] }) {
  const { t } = useTranslation();
  const status = useStatus();
  return (
    <Group component="nav" gap={4} mb="md" aria-label={t('runs.nav.label')} className={classes.nav}>
      {LISTS.map(({ key, to }) => (
        <Link
          key={key}
          to={to}
          className={classes.tab}
          activeOptions={{ exact: true }}
          aria-current={key === at ? 'page' : undefined}
        >
          {t(`runs.nav.${key}`)}
          {key === 'letters' && status.data && status.data.dead_letters > 0 && (
            <Badge color="red">{status.data.dead_letters}</Badge>
          )}
        </Link>
      ))}
    </Group>
  );
}
