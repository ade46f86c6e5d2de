/** A trigger event in two parts: what it says, and what it travelled with. */
export function incomingParts(event: unknown): { main: unknown; rest?: Record<string, unknown> } {
  if (event === null || typeof event !== 'object' || Array.isArray(event)) return { main: event };
  const { kind: _, ...fields } = event as Record<string, unknown>;
  for (const field of ['body', 'input']) {
    if (field in fields) {
      const { [field]: main, ...rest } = fields;
      const told = Object.entries(rest).filter(([, value]) => !isEmpty(value));
      return { main, rest: told.length > 0 ? Object.fromEntries(told) : undefined };
    }
  }
  return { main: fields };
}

export const isEmpty = (value: unknown) =>
  value === null ||
  value === undefined ||
  (typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length === 0);
