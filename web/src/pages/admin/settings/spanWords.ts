import { formatDuration } from '@/lib/format';
import { durationMs } from '@/panel/model/duration';

/** `5m` in the reader's language; as it stands where it does not read. */
export function spanWords(text: string): string {
  const ms = durationMs(text);
  return ms === undefined ? text : formatDuration(ms);
}
