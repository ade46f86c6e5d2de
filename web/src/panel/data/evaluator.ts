/** Asks the server what expressions give, many of one moment in one call. */
import { problemOf } from '@/api/client';
import type { Scope } from '../model/scope';
import { named } from '../model/scope';
import { type Evaluated, evaluate } from './pending';

interface Asked {
  text: string;
  bare: boolean;
  resolve: (answer: Evaluated) => void;
  reject: (error: unknown) => void;
}

const waiting = new Map<Scope, Asked[]>();
let missing = false;

/** Whether the server has said that it evaluates nothing. */
export const isMissing = () => missing;

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

async function send(scope: Scope) {
  const list = waiting.get(scope) ?? [];
  waiting.delete(scope);
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
      asked.resolve(results[at] ?? {});
    });
  } catch (error) {
    if (problemOf(error).status === 404 || problemOf(error).status === 405) missing = true;
    for (const asked of list) asked.reject(error);
  }
}
