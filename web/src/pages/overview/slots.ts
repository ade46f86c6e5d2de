/** How hours and days are called: short under a bar, whole in the table. */
import { language } from '@/i18n';
import type { Period } from './reckon';

const SHORT = {
  hour: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  day: { month: 'numeric', day: 'numeric' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;
const WHOLE = {
  hour: { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  day: { weekday: 'short', month: 'short', day: 'numeric' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

const kindOf = (period: Period) => (period === 1 ? 'hour' : 'day');

/** Each names many slots: the format is made once. */
export function slotNames(period: Period): { short: (at: string) => string; whole: (at: string) => string } {
  const short = new Intl.DateTimeFormat(language(), SHORT[kindOf(period)]);
  const whole = new Intl.DateTimeFormat(language(), WHOLE[kindOf(period)]);
  return {
    short: (at) => short.format(new Date(at)),
    whole: (at) => whole.format(new Date(at)),
  };
}
