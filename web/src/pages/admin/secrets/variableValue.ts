/** A variable's value as it is typed: its type stays what it was, and what is typed has to be of that type. */

export const KINDS = ['text', 'number', 'yesno', 'json'] as const;
export type Kind = (typeof KINDS)[number];

export function kindOf(value: unknown): Kind {
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return 'number';
  if (typeof value === 'boolean') return 'yesno';
  return 'json';
}

/** What stands in the field for a value. */
export function textOf(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

export type Read = { value: unknown } | { fault: 'number' | 'json' };

export function read(kind: Kind, text: string): Read {
  switch (kind) {
    case 'text':
      return { value: text };
    case 'yesno':
      return { value: text === 'true' };
    case 'number': {
      const plain = text.trim().replaceAll(',', '');
      const value = Number(plain);
      return plain === '' || !Number.isFinite(value) ? { fault: 'number' } : { value };
    }
    case 'json':
      try {
        return { value: JSON.parse(text) as unknown };
      } catch {
        return { fault: 'json' };
      }
  }
}

/** What was typed, carried over to another kind as far as it fits. */
export function carry(text: string, to: Kind): string {
  if (to === 'yesno') return text === 'true' ? 'true' : 'false';
  if (to === 'json') {
    const read = parsed(text);
    return read === undefined ? JSON.stringify(text) : JSON.stringify(read, null, 2);
  }
  return text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The names that the server takes. */
export const NAME = /^[a-z][a-z0-9_]{0,63}$/;
