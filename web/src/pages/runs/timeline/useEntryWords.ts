/** A line of a run's journal, told to people. */
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { usePortName } from '@/builder/canvas/ports';
import { say } from '@/i18n';
import { formatDuration, formatTime } from '@/lib/format';
import { who } from '@/lib/who';
import { useFailureWords } from '../useFailureWords';

export type Entry = Schemas['TimelineEntry'];

export function useEntryWords(
  titleOf: (step: string) => string,
  kindOf: (step: string) => string | undefined,
) {
  const { t } = useTranslation();
  const failureWords = useFailureWords();
  const portName = usePortName();
  /** What happened; then more of it, where there is more. */
  return (entry: Entry): { words: string; more?: string } => {
    const step = entry.step ? titleOf(entry.step) : '';
    const error = entry.error ?? entry.failure;
    const why = error && failureWords(error, entry.step ? kindOf(entry.step) : undefined);
    const trouble = why ? `${why.headline}: ${why.detail}` : undefined;
    switch (entry.event) {
      case 'started':
        return { words: t('runs.timeline.event.started') };
      case 'step_started':
        return entry.attempt && entry.attempt > 1
          ? { words: t('runs.timeline.event.step_again', { step, attempt: entry.attempt }) }
          : { words: t('runs.timeline.event.step_started', { step }) };
      case 'attempt_failed':
        return {
          words: entry.retry_at
            ? t('runs.timeline.event.attempt_again', {
                step,
                attempt: entry.attempt ?? 1,
                time: formatTime(entry.retry_at),
              })
            : t('runs.timeline.event.attempt_failed', { step, attempt: entry.attempt ?? 1 }),
          more: trouble,
        };
      case 'step_waiting':
        return {
          words: t(`runs.timeline.event.waiting.${entry.wait?.kind ?? 'time'}`, { step }),
          more: entry.wait?.until
            ? t('runs.timeline.event.until', { time: formatTime(entry.wait.until) })
            : undefined,
        };
      case 'loop_started':
        return { words: t('runs.timeline.event.loop_started', { step, count: entry.count ?? 0 }) };
      case 'step_settled': {
        const outcome =
          entry.outcome === 'failed' || entry.outcome === 'cancelled' ? entry.outcome : 'succeeded';
        const took = entry.took_us == null ? undefined : formatDuration(entry.took_us / 1000);
        const exit = entry.port ? t('runs.view.port', { port: portName(entry.port) }) : undefined;
        return {
          words: t(`runs.timeline.event.settled.${outcome}`, { step }),
          more: trouble ?? ([exit, took].filter(Boolean).join(' · ') || undefined),
        };
      }
      case 'rehearsed':
        return { words: t('runs.timeline.event.rehearsed', { step }), more: say(entry.note) || undefined };
      case 'replied':
        return { words: t('runs.timeline.event.replied', { status: entry.reply?.status ?? '' }) };
      case 'stopped':
        return {
          words: t('runs.timeline.event.stopped', { step }),
          more: trouble ?? entry.reason ?? undefined,
        };
      case 'cancel_requested':
        return {
          words: t('runs.timeline.event.cancel_requested', { by: who(entry.by, t) }),
          more: entry.reason ?? undefined,
        };
      case 'timed_out':
        return { words: t('runs.timeline.event.timed_out'), more: trouble };
      case 'kept':
        return { words: t('runs.timeline.event.kept', { step }) };
      case 'input_edited':
        return { words: t('runs.timeline.event.input_edited', { step, by: who(entry.by, t) }) };
      case 'recovered':
        return { words: t('runs.timeline.event.recovered') };
    }
  };
}
