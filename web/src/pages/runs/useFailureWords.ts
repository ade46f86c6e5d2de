import { useTranslation } from 'react-i18next';
import { useSystemNames } from '@/api/catalogue';
import type { Schemas } from '@/api/client';
import { say } from '@/i18n';
import { classOf, isOwn, peerWords } from './failure';

interface FailureWords {
  /** What kind of trouble it is. */
  headline: string;
  /** What exactly, as the other side or the server says it. */
  detail: string;
}

/** An error of a step as one would tell it to a colleague. */
export function useFailureWords(): (error: Schemas['StepError'], use?: string) => FailureWords {
  const { t } = useTranslation();
  const systemOf = useSystemNames();
  return (error, use) => {
    const kind = classOf(error);
    const system = systemOf(use) ?? t('runs.failure.system');
    return {
      headline: isOwn(error)
        ? t('runs.failure.own')
        : capital(t(`runs.failure.headline.${kind}`, { system })),
      detail: peerWords(error) ?? say(error.message),
    };
  };
}

/** The first letter large: what a sentence begins with may be the name of a system, or a plain word. */
export const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
