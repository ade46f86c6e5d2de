import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { say } from '@/i18n';
import { classOf, peerWords } from './failure';
import { useSystemNames } from './names';

export interface FailureWords {
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
    // What never left Causeway was refused by no other system.
    const own = kind === 'invalid' && error.status == null && error.body == null;
    const system = systemOf(use) ?? t('runs.failure.system');
    return {
      headline: own ? t('runs.failure.own') : t(`runs.failure.headline.${kind}`, { system }),
      detail: peerWords(error) ?? say(error.message),
    };
  };
}
