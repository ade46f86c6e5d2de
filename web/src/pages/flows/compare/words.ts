/** Fields of a document in words. */
import { useTranslation } from 'react-i18next';

const KNOWN = [
  'name',
  'description',
  'note',
  'tags',
  'use',
  'connection',
  'after',
  'join',
  'retry',
  'timeout',
  'on_doubt',
  'settings',
  'code',
  'cases',
  'path',
  'body',
  'minutes_saved',
  'concurrency',
  'window',
  'keep',
  'deadline',
  'on_limit',
  'priority',
] as const;
type Known = (typeof KNOWN)[number];
const isKnown = (key: string): key is Known => (KNOWN as readonly string[]).includes(key);

/** `['retry', 'attempts']` -> `Retries › attempts`; list positions count from 1. */
export function useFieldWords() {
  const { t } = useTranslation();
  return (path: string[]) =>
    path
      .map((key, depth) => {
        if (/^\d+$/.test(key)) return String(Number(key) + 1);
        return depth === 0 && isKnown(key) ? t(`flows.field.${key}`) : key.replaceAll('_', ' ');
      })
      .join(' › ');
}
