/** What is said of a line. */
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { formatNumber } from '@/lib/format';
import { healthOf } from './model/health';
import type { MapEdge } from './types';

/** In short on the line itself, and whole for who does not see it. */
export function useLineWords(): (edge: MapEdge) => { word: string; whole: string } {
  const { t, i18n } = useTranslation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: numbers are written as the language does
  return useCallback(
    (edge) => {
      const health = healthOf(edge);
      if (health === 'byHand') {
        const word = edge.how || t('map.health.byHand');
        return { word, whole: edge.how ? `${t('map.health.byHand')}, ${edge.how}` : word };
      }
      const runs = t('map.runs', { count: edge.runs, runs: formatNumber(edge.runs) });
      const state = t(`map.health.${health}`, { failed: formatNumber(edge.failed) });
      if (health === 'quiet') return { word: state, whole: `${state} ${t('map.days')}` };
      return { word: `${formatNumber(edge.runs)} · ${state}`, whole: `${runs} ${t('map.days')}, ${state}` };
    },
    [t, i18n.language],
  );
}
