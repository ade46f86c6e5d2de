/** What a form shows for a JSON Schema: one field per place, in the reader's language. Made a level at a time, since references may go round. */

import type { Language } from '@/i18n';
import { keysOf, objectOf } from '@/lib/json';
import type { Path } from './path';

export type Schema = { [key: string]: unknown };

type FieldKind =
  | 'text'
  | 'number'
  | 'boolean'
  | 'choice'
  | 'list'
  | 'group'
  | 'pairs'
  | 'variants'
  | 'expression'
  | 'script'
  | 'duration'
  | 'date'
  | 'time'
  | 'json';

export interface Field {
  name: string;
  kind: FieldKind;
  title: string;
  hint?: string;
  required: boolean;
  /** Holds no expressions: it is read before there is a run. */
  fixed: boolean;
  /** May hold `{{ secret.x }}`. */
  secret: boolean;
  /** Text of several lines. */
  long: boolean;
  choices: unknown[];
  fallback?: unknown;
  example?: string;
  min?: number;
  max?: number;
  whole: boolean;
  /** An operation that lists the values there are in the connected system. */
  options?: { operation: string; value: string; title: string };
  schema: Schema;
  root: Schema;
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((v) => typeof v === 'string') : [];

/** References followed, and parts that count together made one. What stands beside a reference wins over it. */
function resolved(schema: Schema, root: Schema, depth = 0): Schema {
  if (depth > 20) return schema;
  const { $ref, allOf, ...own } = schema;
  let all: Schema = {};
  const add = (part: Schema) => {
    const properties = { ...objectOf(all.properties), ...objectOf(part.properties) };
    const required = [...new Set([...texts(all.required), ...texts(part.required)])];
    all = { ...all, ...part };
    if (Object.keys(properties).length) all.properties = properties;
    if (required.length) all.required = required;
  };
  if (typeof $ref === 'string' && $ref.startsWith('#/')) {
    const target = keysOf($ref).reduce<unknown>((at, key) => objectOf(at)?.[key], root);
    if (objectOf(target)) add(resolved(target as Schema, root, depth + 1));
  }
  const conditions: unknown[] = [];
  for (const part of Array.isArray(allOf) ? allOf : []) {
    if (objectOf(part)?.if) conditions.push(part);
    else if (objectOf(part)) add(resolved(part as Schema, root, depth + 1));
  }
  add(own);
  if (conditions.length) all.allOf = conditions;
  return all;
}

const LONG_NAME = /text|message|note|body|content|description|comment|memo|remark|code|query/i;

function kindOf(schema: Schema): FieldKind {
  const types = (Array.isArray(schema.type) ? schema.type : [schema.type]).filter((type) => type !== 'null');
  const [type] = types;
  if (schema.format === 'expression') return 'expression';
  if (schema.format === 'script') return 'script';
  if (Array.isArray(schema.enum)) return 'choice';
  if ('const' in schema) return 'choice';
  if (Array.isArray(schema.oneOf) && schema.oneOf.length > 1 && type === undefined) return 'variants';
  if (types.length > 1) return types.includes('string') ? 'text' : 'json';
  if (type === 'string') {
    if (schema.format === 'duration') return 'duration';
    if (schema.format === 'date') return 'date';
    if (schema.format === 'date-time') return 'time';
    return 'text';
  }
  if (type === 'integer' || type === 'number') return 'number';
  if (type === 'boolean') return 'boolean';
  if (type === 'array')
    return objectOf(schema.items) && Object.keys(schema.items as Schema).length ? 'list' : 'json';
  if (type === 'object' || (type === undefined && objectOf(schema.properties))) {
    if (Object.keys(objectOf(schema.properties) ?? {}).length) return 'group';
    return objectOf(schema.additionalProperties) || schema['x-causeway-widget'] === 'key-value'
      ? 'pairs'
      : 'json';
  }
  return 'json';
}

export function fieldOf(
  schema: Schema,
  root: Schema,
  language: Language,
  name: string,
  required = false,
  within?: Pick<Field, 'fixed' | 'secret'>,
): Field {
  const own = resolved(schema, root);
  const twin = language === 'zh-TW' ? objectOf(own['x-causeway-zh-TW']) : undefined;
  const say = (key: 'title' | 'description') => {
    const text = twin?.[key] ?? own[key];
    return typeof text === 'string' && text !== '' ? text : undefined;
  };
  const title = say('title') ?? name;
  const hint = say('description');
  const options = objectOf(own['x-causeway-options']);
  const kind = kindOf(own);
  return {
    name,
    kind,
    title,
    // Where a description only says the name again, it says nothing.
    hint: hint && hint !== title && hint !== own.title ? hint : undefined,
    required,
    fixed: own['x-causeway-fixed'] === true || within?.fixed === true,
    secret: own['x-causeway-secret'] === true || within?.secret === true,
    long:
      kind === 'text' &&
      !own.pattern &&
      !own.format &&
      (Number(own.maxLength ?? 0) >= 500 || (LONG_NAME.test(name) && own.maxLength === undefined)),
    choices:
      'const' in own ? [own.const] : Array.isArray(own.enum) ? own.enum.filter((one) => one !== null) : [],
    fallback: own.default,
    example: texts(own.examples)[0],
    min: typeof own.minimum === 'number' ? own.minimum : undefined,
    max: typeof own.maximum === 'number' ? own.maximum : undefined,
    whole: own.type === 'integer' || (Array.isArray(own.type) && own.type.includes('integer')),
    options:
      options && typeof options.operation === 'string'
        ? {
            operation: options.operation,
            value: String(options.value ?? ''),
            title: String(options.title ?? options.value ?? ''),
          }
        : undefined,
    schema: own,
    root,
  };
}

/** Whether a condition of a schema holds for what is there. Only the plain ones that our schemas have. */
function holds(condition: Schema | undefined, data: Schema): boolean {
  if (!condition) return false;
  if (!texts(condition.required).every((name) => name in data)) return false;
  return Object.entries(objectOf(condition.properties) ?? {}).every(([name, expected]) => {
    const wanted = objectOf(expected);
    return !wanted || !('const' in wanted) || data[name] === wanted.const;
  });
}

/** The fields of a group as they are for this data: which are needed, and which have no place beside others. */
export function groupFields(field: Field, data: unknown, language: Language): Field[] {
  const { schema, root } = field;
  const values = objectOf(data) ?? {};
  const required = new Set(texts(schema.required));
  const excluded = new Set<string>();
  const apply = (part: Schema | undefined) => {
    for (const name of texts(part?.required)) required.add(name);
    for (const [name, inner] of Object.entries(objectOf(part?.properties) ?? {}))
      if (inner === false) excluded.add(name);
  };
  const conditional = [schema, ...(Array.isArray(schema.allOf) ? (schema.allOf as Schema[]) : [])];
  const named = new Set<string>();
  for (const part of conditional) {
    if (!objectOf(part.if)) continue;
    for (const name of texts(objectOf(part.then)?.required)) named.add(name);
    apply(objectOf(holds(part.if as Schema, values) ? part.then : part.else));
  }
  for (const [name, part] of Object.entries(objectOf(schema.dependentSchemas) ?? {}))
    if (name in values) apply(objectOf(part));
  const tagged = Array.isArray(schema.allOf);
  return Object.entries(objectOf(schema.properties) ?? {})
    .filter(([name, inner]) => {
      if (inner === false || objectOf(inner)?.['x-causeway-steps']) return false;
      if (name in values) return true;
      // A field that only another choice asks for would only be in the way.
      return !excluded.has(name) && !(tagged && named.has(name) && !required.has(name));
    })
    .map(([name, inner]) => fieldOf(objectOf(inner) ?? {}, root, language, name, required.has(name), field));
}

/** The field of one item of a list. */
export function itemField(field: Field, language: Language): Field {
  const items = objectOf(field.schema.items) ?? {};
  return fieldOf(items, field.root, language, field.title, true, field);
}

/** The field of one value of free pairs. */
export function pairField(field: Field, name: string, language: Language): Field {
  const inner = objectOf(field.schema.additionalProperties) ?? { type: 'string' };
  return { ...fieldOf(inner, field.root, language, name, true, field), title: name };
}

interface Variant {
  title: string;
  /** The property whose value tells the variant. */
  tag?: { name: string; value: unknown };
  field: Field;
}

export function variantsOf(field: Field, language: Language): Variant[] {
  const list = Array.isArray(field.schema.oneOf) ? (field.schema.oneOf as Schema[]) : [];
  return list.map((schema, at) => {
    const own = resolved(schema, field.root);
    const tag = Object.entries(objectOf(own.properties) ?? {}).find(
      ([, inner]) => 'const' in (objectOf(inner) ?? {}),
    );
    const inner = fieldOf(schema, field.root, language, field.name, field.required, field);
    return {
      title: inner.title === field.name ? String(tag ? objectOf(tag[1])?.const : at + 1) : inner.title,
      tag: tag && { name: tag[0], value: objectOf(tag[1])?.const },
      field: inner,
    };
  });
}

/** The variant that data is of: by its tag, else the first. */
export function variantOf(variants: Variant[], data: unknown): Variant | undefined {
  const values = objectOf(data);
  return variants.find(({ tag }) => tag && values?.[tag.name] === tag.value);
}

/** Whether a form's input can show the value without losing any of it. */
export function fits(field: Field, value: unknown, language: Language): boolean {
  if (value === undefined || value === null) return true;
  switch (field.kind) {
    case 'text':
    case 'expression':
    case 'script':
    case 'duration':
    case 'date':
    case 'time':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    case 'choice':
      return field.choices.includes(value);
    case 'list':
      return Array.isArray(value);
    case 'group':
      return objectOf(value) !== undefined;
    case 'pairs':
      return (
        objectOf(value) !== undefined &&
        Object.entries(value).every(([name, inner]) =>
          fits(pairField(field, name, language), inner, language),
        )
      );
    case 'variants':
      return variantOf(variantsOf(field, language), value) !== undefined;
    case 'json':
      return true;
  }
}

/** Names in the data that the schema does not know; they are shown and kept. */
export function unknownNames(fields: Field[], field: Field, data: unknown): string[] {
  const known = new Set([
    ...fields.map((one) => one.name),
    ...Object.keys(objectOf(field.schema.properties) ?? {}),
  ]);
  return Object.keys(objectOf(data) ?? {}).filter((name) => !known.has(name));
}

/** What a field begins with when it is added: nothing that anybody would have to undo. */
export function beginning(field: Field, language: Language): unknown {
  switch (field.kind) {
    case 'list':
      return [];
    case 'group':
    case 'pairs':
      return {};
    case 'boolean':
      return field.fallback !== true;
    case 'choice':
      return field.choices.length === 1 ? field.choices[0] : (field.fallback ?? field.choices[0]);
    case 'number':
      return field.fallback ?? field.min ?? 0;
    case 'variants': {
      const first = variantsOf(field, language)[0];
      return first?.tag ? { [first.tag.name]: first.tag.value } : {};
    }
    case 'json':
      return field.fallback ?? (kindIsArray(field) ? [] : {});
    default:
      return typeof field.fallback === 'string' ? field.fallback : '';
  }
}

const kindIsArray = (field: Field) =>
  field.schema.type === 'array' || (Array.isArray(field.schema.type) && field.schema.type[0] === 'array');

export interface Leaf {
  path: Path;
  title: string;
  kind: FieldKind;
  required: boolean;
}

/** All places of a schema that hold one value, for lists of what a value has. Lists are walked by their first item. */
export function leaves(schema: Schema, language: Language, most = 400): Leaf[] {
  const found: Leaf[] = [];
  const walk = (field: Field, path: Path, titles: string[], depth: number) => {
    if (found.length >= most || depth > 6) return;
    found.push({ path, title: titles.join(' › '), kind: field.kind, required: field.required });
    if (field.kind === 'group')
      for (const inner of groupFields(field, {}, language))
        walk(inner, [...path, inner.name], [...titles, inner.title], depth + 1);
    if (field.kind === 'list') {
      const item = itemField(field, language);
      if (item.kind === 'group')
        for (const inner of groupFields(item, {}, language))
          walk(inner, [...path, 0, inner.name], [...titles, inner.title], depth + 2);
    }
  };
  const root = fieldOf(schema, schema, language, '');
  for (const inner of groupFields(root, {}, language)) walk(inner, [inner.name], [inner.title], 0);
  return found;
}
