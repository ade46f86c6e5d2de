/** Times, durations, numbers and sizes in the reader's language. */
import { language } from '@/i18n';

const cached = <K extends string, F>(make: (key: K) => F) => {
  const known = new Map<K, F>();
  return (key: K): F => {
    const found = known.get(key);
    if (found) return found;
    const made = make(key);
    known.set(key, made);
    return made;
  };
};

const dateTime = cached(
  (locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }),
);
const day = cached((locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }));
const relative = cached((locale) => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }));
const numbers = cached((locale) => new Intl.NumberFormat(locale));
const percents = cached(
  (locale) => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }),
);

export const formatTime = (at: string | number | Date) => dateTime(language()).format(new Date(at));
export const formatDay = (at: string | number | Date) => day(language()).format(new Date(at));
export const formatNumber = (value: number) => numbers(language()).format(value);
/** Never rounds up to 100 %: 99.96 is 99.9. */
export const formatShare = (share: number) => percents(language()).format(Math.floor(share * 1000) / 1000);

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
];

/** `3 minutes ago`; dates beyond two weeks. */
export function formatAgo(at: string, now = Date.now()): string {
  const distance = new Date(at).getTime() - now;
  if (Math.abs(distance) > 14 * 86_400_000) return formatDay(at);
  const [unit, size] = UNITS.find(([, size]) => Math.abs(distance) >= size) ?? ['second', 1000];
  return relative(language()).format(Math.trunc(distance / size), unit);
}

/** From milliseconds: `0.4 ms`, `320 ms`, `4.2 s`, `3 min 5 s`, `2 h 10 min`, `3 d 4 h`. */
export function formatDuration(ms: number): string {
  const zh = language() === 'zh-TW';
  const unit = zh
    ? { ms: '毫秒', s: '秒', min: '分', h: '小時', d: '天' }
    : { ms: 'ms', s: 's', min: 'min', h: 'h', d: 'd' };
  if (ms < 10) return `${Number(ms.toFixed(1))} ${unit.ms}`;
  if (ms < 1000) return `${Math.round(ms)} ${unit.ms}`;
  if (ms < 60_000) return `${Number((ms / 1000).toFixed(1))} ${unit.s}`;
  const two = (large: number, largeUnit: string, small: number, smallUnit: string) =>
    small ? `${large} ${largeUnit} ${small} ${smallUnit}` : `${large} ${largeUnit}`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return two(Math.floor(seconds / 60), unit.min, seconds % 60, unit.s);
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return two(Math.floor(minutes / 60), unit.h, minutes % 60, unit.min);
  const hours = Math.round(minutes / 60);
  return two(Math.floor(hours / 24), unit.d, hours % 24, unit.h);
}

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const power = Math.min(3, Math.floor(Math.log10(bytes) / 3));
  return `${Number((bytes / 1000 ** power).toFixed(1))} ${['B', 'kB', 'MB', 'GB'][power]}`;
}
