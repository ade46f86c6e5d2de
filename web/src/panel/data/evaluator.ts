/** Asks the server what expressions give, many of one moment in one call. */
import { problemOf } from '@/api/client';
import type { Scope } from '../model/scope';
import { named } from '../model/scope';
import { type Evaluated, evaluate } from './code';

interface Asked {
  text: string;
  bare: boolean;
  resolve: (answer: Evaluated) => void;
  reject: (error: unknown) => void;
}

const waiting = new Map<Scope, Asked[]>();
let refused = false;

/** Whether the server has said that it evaluates nothing for this reader. */
export const isRefused = () => refused;

export function ask(text: string, bare: boolean, scope: Scope): Promise<Evaluated> {
  return new Promise((resolve, reject) => {
    const list = waiting.get(scope);
    const asked = { text, bare, resolve, reject };
    if (list) list.push(asked);
    else {
      waiting.set(scope, [asked]);
      setTimeout(() => void send(scope), 20);
    }
  });
}

/** So many the server takes at once. */
const MOST = 100;

async function send(scope: Scope) {
  const list = waiting.get(scope) ?? [];
  waiting.delete(scope);
  for (let at = 0; at < list.length; at += MOST) void sendSome(list.slice(at, at + MOST), scope);
}

async function sendSome(list: Asked[], scope: Scope) {
  try {
    const values = list.map(({ text, bare }) => ({ text, bare }));
    const { results } = await evaluate(
      values,
      named(
        scope,
        values.map(({ text }) => text),
      ),
    );
    list.forEach((asked, at) => {
      asked.resolve(results[at] ?? { value: null });
    });
  } catch (error) {
    // Whoever only looks may not evaluate; there is no use in asking again.
    if (problemOf(error).status === 403) refused = true;
    for (const asked of list) asked.reject(error);
  }
}
