/** Durations as documents and settings write them: `5m`, `1h30m`, `30d`. */
import { formatDuration } from './format';

const UNITS: Record<string, number> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Milliseconds, or nothing where it does not read. */
export function spanMs(text: string): number | undefined {
  const compact = text.replaceAll(' ', '');
  if (!/^(\d+(\.\d+)?(ms|[smhdw]))+$/.test(compact)) return undefined;
  let sum = 0;
  for (const [, count, unit] of compact.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdw])/g)) {
    sum += Number(count) * (UNITS[unit as string] as number);
  }
  return sum;
}

/** In the reader's language; as it stands where it does not read. */
export const spanWords = (text: string): string => {
  const ms = spanMs(text);
  return ms === undefined ? text : formatDuration(ms);
};
