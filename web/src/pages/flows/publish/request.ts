/** The call that starts a webhook flow, ready to be sent: from here, or from a terminal. */
import type { Trigger } from '@/flow/types';

export interface ReadyRequest {
  method: string;
  /** Absolute. */
  url: string;
  headers: Record<string, string>;
  body?: string;
}

interface WebhookWith {
  path?: string;
  methods?: string[];
  verify?: unknown;
}
interface SampleTrigger {
  method?: string;
  body?: unknown;
  query?: Record<string, unknown>;
  params?: Record<string, unknown>;
}

/** Whether a call needs a signature or a password that only its sender has. */
export const isVerified = (trigger: Trigger): boolean =>
  (trigger.with as WebhookWith | undefined)?.verify !== undefined;

export function readyRequest(trigger: Trigger, sample: unknown, origin: string): ReadyRequest {
  const { path = '', methods = [] } = (trigger.with ?? {}) as WebhookWith;
  const given = (sample ?? {}) as SampleTrigger;
  const method = given.method ?? methods[0] ?? 'POST';
  const filled = path.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = given.params?.[name];
    return value === undefined ? whole : encodeURIComponent(String(value));
  });
  const query = new URLSearchParams(
    Object.entries(given.query ?? {}).map(([key, value]) => [key, String(value)]),
  ).toString();
  const url = `${origin}/hooks/${filled}${query && `?${query}`}`;
  if (method === 'GET' || method === 'HEAD') return { method, url, headers: {} };
  return {
    method,
    url,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(given.body ?? {}, null, 2),
  };
}

/** A text inside single quotes of a POSIX shell. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

export function curlOf({ method, url, headers, body }: ReadyRequest): string {
  const parts = [
    `curl -i -X ${method} ${quoted(url)}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`-d ${quoted(body)}`]),
  ];
  return parts.join(' \\\n  ');
}
