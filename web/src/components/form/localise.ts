/** The server's schemas carry their titles and descriptions in both languages; forms and tables want one. */

import type { Json } from '@/api/client';
import type { Language } from '@/i18n';
import { isObject, keysOf } from '@/lib/json';

export type JsonSchema = { [key: string]: unknown };

/** Keywords whose values are data, not schemas: what stands in them is left alone. */
const DATA = new Set(['default', 'const', 'enum', 'examples', 'required', 'x-causeway-zh-TW']);

/** The schema with the texts of one language. */
export function localise<T>(schema: T, language: Language): T {
  if (Array.isArray(schema)) return schema.map((inner) => localise(inner, language)) as T;
  if (!isObject(schema)) return schema;
  const twin = schema['x-causeway-zh-TW'];
  const out: JsonSchema = {};
  for (const [key, value] of Object.entries(schema))
    out[key] = DATA.has(key) ? value : localise(value, language);
  if (language === 'zh-TW' && isObject(twin)) {
    for (const key of ['title', 'description']) if (typeof twin[key] === 'string') out[key] = twin[key];
  }
  return out as T;
}

/** What `#/$defs/...` and the like mean within a document; a reference that leads nowhere means anything. */
export function resolve(schema: unknown, root: unknown): JsonSchema {
  let now = schema;
  // A circle of references ends after as many steps as anybody would write.
  for (let step = 0; step < 16; step++) {
    if (!isObject(now) || typeof now.$ref !== 'string') break;
    const { $ref, ...beside } = now;
    const target = keysOf(String($ref)).reduce<unknown>(
      (at, key) => (isObject(at) ? at[key] : Array.isArray(at) ? at[Number(key)] : undefined),
      root,
    );
    now = isObject(target) ? { ...target, ...beside } : beside;
  }
  return isObject(now) ? now : {};
}

export const propertiesOf = (schema: unknown): [string, JsonSchema][] => {
  const properties = isObject(schema) ? schema.properties : undefined;
  return isObject(properties)
    ? Object.entries(properties).map(([key, value]) => [key, isObject(value) ? value : {}])
    : [];
};

export const requiredOf = (schema: unknown): string[] =>
  isObject(schema) && Array.isArray(schema.required) ? schema.required.map(String) : [];

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export type FormData = { [key: string]: Json };
