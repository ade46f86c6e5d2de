/** The filter of the run list: what the address says, what the API is asked, and what is shown as taken. */
import type { Schemas } from '@/api/client';

export type Address = Record<string, string | undefined>;
export type RunFilter = Partial<Schemas['RunFilter']>;

/** Lengths of time that end now, in milliseconds. */
export const RANGES = {
  '1h': 3_600_000,
  '24h': 86_400_000,
  '7d': 7 * 86_400_000,
  '30d': 30 * 86_400_000,
} as const;
type Range = keyof typeof RANGES | 'today';
const isRange = (value: string | undefined): value is Range =>
  value !== undefined && (value === 'today' || value in RANGES);

export const STATUSES = ['failed', 'running', 'waiting', 'queued', 'succeeded', 'cancelled'] as const;
export const TRIGGERS = ['webhook', 'connector', 'schedule', 'manual', 'called', 'flow_failed'] as const;
export const MODES = ['normal', 'test'] as const;

/** Fields of the filter that stand in the address under the API's own name. */
export const PLAIN = [
  'flow',
  'version',
  'status',
  'mode',
  'trigger',
  'text',
  'failed_step',
  'error_code',
  'id',
  'trigger_event',
  'resumed_from',
  'replayed_from',
] as const;
export type Plain = (typeof PLAIN)[number];
export const FIELDS: readonly string[] = [...PLAIN, 'range', 'from', 'to'];

/** Ids are recognised by their shape: all of one, or its beginning up to a dash. What is only digits is an order number. */
const RUN_ID = /^[0-9a-f]{8}-[0-9a-f-]{0,27}$/i;

/** One search field for both: an id finds its run, anything else is looked for in what came in. */
export function searched(words: string): Address {
  const text = words.trim();
  if (RUN_ID.test(text)) return { id: text.toLowerCase(), text: undefined };
  return { id: undefined, text: text || undefined };
}

const startOfDay = (now: number) => new Date(now).setHours(0, 0, 0, 0);

/** When the range that the address names begins and ends. A named range has no end: it goes on with the clock. */
export function period(address: Address, now = Date.now()): { from?: string; to?: string } {
  const iso = (at: string | undefined) => {
    const time = at ? new Date(at).getTime() : Number.NaN;
    return Number.isNaN(time) ? undefined : new Date(time).toISOString();
  };
  if (isRange(address.range)) {
    const from = address.range === 'today' ? startOfDay(now) : now - RANGES[address.range];
    return { from: new Date(from).toISOString() };
  }
  return { from: iso(address.from), to: iso(address.to) };
}

/** What the API is asked. Values that it does not know are passed on, so that it can say so. */
export function toFilter(address: Address, now = Date.now()): RunFilter {
  const filter: Record<string, unknown> = {};
  for (const field of PLAIN) {
    const value = address[field];
    if (value) filter[field] = field === 'version' ? Number(value) : value;
  }
  const { from, to } = period(address, now);
  if (from) filter.from = from;
  if (to) filter.to = to;
  return filter as RunFilter;
}

/** The part of an address that is a filter: what the list is remembered by. */
export const filterPart = (address: Address): Address =>
  Object.fromEntries(FIELDS.filter((field) => address[field]).map((field) => [field, address[field]]));

/** The address without any filter; what else it says stays. */
export const cleared = (address: Address): Address =>
  Object.fromEntries(Object.entries(address).filter(([field]) => !FIELDS.includes(field)));

/** The filter fields that are set, a time range as one. */
export function taken(address: Address): (Plain | 'range')[] {
  const fields: (Plain | 'range')[] = PLAIN.filter((field) => address[field]);
  if (isRange(address.range) || address.from || address.to) fields.push('range');
  return fields;
}

/** `2026-03-01T09:30` of a `datetime-local` field in the reader's own zone, and back. */
export function toLocalInput(at: string | undefined): string {
  const time = at ? new Date(at) : undefined;
  if (!time || Number.isNaN(time.getTime())) return '';
  const two = (n: number) => String(n).padStart(2, '0');
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}T${two(time.getHours())}:${two(time.getMinutes())}`;
}
export const fromLocalInput = (value: string): string | undefined =>
  value && !Number.isNaN(new Date(value).getTime()) ? new Date(value).toISOString() : undefined;
