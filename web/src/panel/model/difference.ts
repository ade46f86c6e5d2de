/** Where two values differ first; keystrokes in one field are one change for undo, those in two are two. */
export function firstDifference(before: unknown, after: unknown, at = ''): string | undefined {
  if (Object.is(before, after)) return undefined;
  const branch = (value: unknown): value is Record<string, unknown> =>
    value !== null && typeof value === 'object';
  if (!branch(before) || !branch(after) || Array.isArray(before) !== Array.isArray(after)) return at;
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const found = firstDifference(before[key], after[key], `${at}/${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
