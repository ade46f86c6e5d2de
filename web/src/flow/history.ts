/** What can be undone and done again. */
export interface Change<T> {
  state: T;
  /** What led away from this state, in the reader's language. */
  label: string;
}

export interface History<T> {
  past: Change<T>[];
  now: T;
  /** The next to be done again comes first. */
  future: Change<T>[];
  /** Changes of one key in a row are one: typing a name. */
  merge?: string;
}

const MOST = 200;

export const begin = <T>(now: T): History<T> => ({ past: [], now, future: [] });

export function changed<T>(history: History<T>, next: T, label: string, merge?: string): History<T> {
  if (next === history.now) return history;
  if (merge !== undefined && merge === history.merge && history.past.length > 0) {
    return { ...history, now: next, future: [] };
  }
  const past = [...history.past, { state: history.now, label }].slice(-MOST);
  return { past, now: next, future: [], merge };
}

/** From now on a change of the same key is a new one: the field was left. */
export const settled = <T>(history: History<T>): History<T> =>
  history.merge === undefined ? history : { ...history, merge: undefined };

export function undone<T>(history: History<T>): History<T> {
  const last = history.past.at(-1);
  if (!last) return history;
  return {
    past: history.past.slice(0, -1),
    now: last.state,
    future: [{ state: history.now, label: last.label }, ...history.future],
  };
}

export function redone<T>(history: History<T>): History<T> {
  const [next, ...future] = history.future;
  if (!next) return history;
  return { past: [...history.past, { state: history.now, label: next.label }], now: next.state, future };
}
