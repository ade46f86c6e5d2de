import { isObject } from '@/lib/json';

const saysNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === 'object' && Object.values(value).every(saysNothing));

/** Whether two documents say the same: neither the order of fields counts, nor those that say nothing. */
export function isSameFlow(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((one, index) => isSameFlow(one, b[index]));
  }
  if (isObject(a) && isObject(b)) {
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) =>
      saysNothing(a[key]) ? saysNothing(b[key]) : isSameFlow(a[key], b[key]),
    );
  }
  return false;
}
