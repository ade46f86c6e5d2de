/** The steps of a run as a list: what a phone shows, and the canvas' twin for those who read rather than look. */
import { Text } from '@mantine/core';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { useStepTitle, useTitles, wordsOf } from '@/api/catalogue';
import { StepStatusBadge } from '@/components/Status';
import { type FlowDocument, type StepLook, TRIGGER } from '@/flow/types';
import { walkSteps } from '@/flow/walk';
import { formatDuration, formatNumber } from '@/lib/format';
import classes from './view.module.css';

export function StepList({
  document,
  looks,
  selected,
  onSelect,
}: {
  document: FlowDocument;
  looks: Record<string, StepLook>;
  selected: string | null;
  onSelect: (id: string) => void;
}) {
  const { t } = useTranslation();
  const titles = useTitles();
  const titleOf = useStepTitle();
  const rows = [...walkSteps(document)].map(({ step, depth }) => ({
    id: step.id,
    depth,
    name: titleOf(step),
    words: wordsOf(step.use, 'step', titles).both,
  }));
  const trigger = wordsOf(document.trigger.use, 'trigger', titles);
  return (
    <ol className={classes.steps} aria-label={t('runs.view.steps')}>
      {[
        { id: TRIGGER, depth: 0, name: trigger.title || TRIGGER, words: t('runs.view.trigger') },
        ...rows,
      ].map(({ id, depth, name, words }) => {
        const look = looks[id];
        const quiet = !look || look.status === 'skipped' || look.status === 'pending';
        return (
          <li key={id}>
            <button
              type="button"
              className={classes.step}
              style={{ '--depth': depth } as CSSProperties}
              aria-current={selected === id || undefined}
              data-quiet={quiet || undefined}
              onClick={() => onSelect(id)}
            >
              <span className={classes.text}>
                <span className={classes.name}>{name}</span>
                <Text component="span" display="block" size="xs" c="dimmed" className="numbers">
                  {[words, ...partsOf(look)].filter(Boolean).join(' · ')}
                </Text>
              </span>
              {look && id !== TRIGGER && <StepStatusBadge status={look.status} />}
            </button>
          </li>
        );
      })}
    </ol>
  );

  function partsOf(look: StepLook | undefined): string[] {
    if (!look) return [];
    const parts: string[] = [];
    if (look.items) {
      const { settled, count, failed } = look.items;
      parts.push(t('builder.card.items', { settled: formatNumber(settled), count: formatNumber(count) }));
      if (failed > 0) parts.push(t('builder.card.itemsFailed', { failed: formatNumber(failed) }));
    }
    if (look.took_ms !== undefined) parts.push(formatDuration(look.took_ms));
    if (look.attempts) parts.push(t('builder.card.attempts', { count: look.attempts }));
    if (look.port) parts.push(`→ ${look.port}`);
    return parts;
  }
}
