/** What came in as people read a form: plain fields one under the other, lists of records as tables. */
import { isObject } from '@/lib/json';

export interface Shown {
  fields: [label: string, value: string][];
  lists: [label: string, rows: Record<string, unknown>[]][];
}

const isPlain = (value: unknown) => value === null || typeof value !== 'object';

/** Fields of records inside are named by their way; what lies deeper stays as JSON. */
export function shownRecord(value: unknown): Shown {
  const shown: Shown = { fields: [], lists: [] };
  const take = (label: string, of: unknown, depth: number) => {
    if (of === null || of === undefined || of === '') return;
    if (isPlain(of)) shown.fields.push([label, String(of)]);
    else if (Array.isArray(of)) {
      if (of.length > 0 && of.every(isObject)) shown.lists.push([label, of]);
      else if (of.every(isPlain)) {
        if (of.length > 0) shown.fields.push([label, of.join(', ')]);
      } else shown.fields.push([label, JSON.stringify(of)]);
    } else if (depth < 2) {
      for (const [key, inner] of Object.entries(of))
        take(label ? `${label} › ${key}` : key, inner, depth + 1);
    } else shown.fields.push([label, JSON.stringify(of)]);
  };
  take('', value, 0);
  return shown;
}
