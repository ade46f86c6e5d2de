/** What an audit entry changed, as rows of fields. Without React. */
import { isObject } from '@/lib/json';

export interface Change {
  /** `environments.production.settings.base_url` */
  field: string;
  before: unknown;
  after: unknown;
}

const MOST = 80;

/** Fields that are not the same; groups are opened up, lists stand as a whole. */
export function changesOf(before: unknown, after: unknown): Change[] {
  const rows: Change[] = [];
  collect(before ?? undefined, after ?? undefined, '', rows);
  return rows.slice(0, MOST);
}

function collect(before: unknown, after: unknown, field: string, rows: Change[]) {
  const oneIsGroup = isObject(before) || isObject(after);
  const other = isObject(before) ? after : before;
  if (oneIsGroup && (isObject(other) || other === undefined)) {
    const keys = new Set([
      ...Object.keys(isObject(before) ? before : {}),
      ...Object.keys(isObject(after) ? after : {}),
    ]);
    for (const key of keys) {
      const at = field ? `${field}.${key}` : key;
      collect(isObject(before) ? before[key] : undefined, isObject(after) ? after[key] : undefined, at, rows);
    }
    return;
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  rows.push({ field, before, after });
}

/** A value in a cell: texts as they are, all else as JSON, and not without end. */
export function shown(value: unknown, longest = 300): string {
  if (value === undefined || value === null) return '–';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** Where a thing that was changed can be looked at. */
export function addressOf(kind: string, name: string): string | undefined {
  const part = encodeURIComponent(name);
  switch (kind) {
    case 'flow':
      return `/flows/${part}`;
    case 'connection':
      return `/connections/${part}`;
    case 'connector':
      return `/connectors/${part}`;
    case 'run':
      return `/runs/${part}`;
    default:
      return undefined;
  }
}
