/** What failed, in the words of business: what kind of trouble it is, and what the other side said. */

import type { Schemas } from '@/api/client';
import { isObject } from '@/lib/json';

type StepError = Schemas['StepError'];

/** What the one who looks at it can do about it; each has words in the texts. */
const CLASSES = [
  'connect',
  'timeout',
  'limit',
  'server',
  'auth',
  'invalid',
  'not_found',
  'conflict',
  'script',
  'exceeded',
  'doubt',
  'stopped',
  'bug',
] as const;
type ErrorClass = (typeof CLASSES)[number];

export const classOf = (error: Pick<StepError, 'class'>): ErrorClass =>
  CLASSES.find((one) => one === error.class) ?? 'bug';

/** What never left Causeway was refused by no other system. */
export const isOwn = (error: Pick<StepError, 'class' | 'status' | 'body'>) =>
  classOf(error) === 'invalid' && error.status == null && error.body == null;

/** Fields in which systems say what is wrong, the most telling first. */
const TELLING = ['message', 'error_description', 'detail', 'description', 'reason', 'msg', 'title', 'error'];
const LONGEST = 240;

const cut = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

function told(value: unknown, depth = 0): string | undefined {
  if (typeof value === 'string') {
    const text = value.trim();
    // Pages are no message; an answer that was cut is JSON that does not read.
    if (text === '' || text.startsWith('<')) return undefined;
    return /^[{[]/.test(text) ? toldInJson(text, depth) : text;
  }
  if (depth > 3 || value === null || typeof value !== 'object') return undefined;
  if (Array.isArray(value)) return told(value[0], depth + 1);
  const record = value as Record<string, unknown>;
  for (const field of TELLING) {
    const found = told(record[field], depth + 1);
    if (found) return found;
  }
  return told(record.errors, depth + 1);
}

function toldInJson(text: string, depth: number): string | undefined {
  try {
    return told(JSON.parse(text), depth + 1);
  } catch {
    return /"(?:message|error_description|detail)"\s*:\s*"((?:[^"\\]|\\.)+)/.exec(text)?.[1];
  }
}

/** `field: what is wrong with it`, where an answer lists fields. */
function fields(body: unknown): string[] {
  if (body === null || typeof body !== 'object') return [];
  const lists = [body, ...Object.values(body)].flatMap((part) => (isObject(part) ? Object.values(part) : []));
  const list = lists.find(
    (one): one is Record<string, unknown>[] =>
      Array.isArray(one) && one.length > 0 && one.every((entry) => typeof entry?.field === 'string'),
  );
  return (list ?? []).slice(0, 5).map((entry) => {
    const said = told(entry);
    return said ? `${entry.field} ${said}` : String(entry.field);
  });
}

/** What the other side itself said about it, in its own words. */
export function peerWords(error: Pick<StepError, 'body'>): string | undefined {
  const said = told(error.body);
  const wrong = fields(error.body);
  const words = [said, wrong.join('; ')].filter(Boolean).join(': ');
  return words ? cut(words) : undefined;
}

/** The one thing that helps. */
type Help = 'resume' | 'edit' | 'authorise' | 'builder' | 'look' | 'nothing';
const HELP: Record<ErrorClass, Help> = {
  connect: 'resume',
  timeout: 'look',
  limit: 'resume',
  server: 'resume',
  auth: 'authorise',
  invalid: 'edit',
  not_found: 'edit',
  conflict: 'look',
  script: 'builder',
  exceeded: 'builder',
  doubt: 'look',
  stopped: 'nothing',
  bug: 'resume',
};
export const helpFor = (error: Pick<StepError, 'class'>): Help => HELP[classOf(error)];
