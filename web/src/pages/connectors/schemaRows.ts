/** A JSON Schema as the rows of a table that people read: field, kind, whether it is needed, what it is. */
import { type JsonSchema, propertiesOf, requiredOf, resolve, textOf } from '@/components/form/localise';

export type Kind =
  | 'text'
  | 'number'
  | 'whole'
  | 'yesno'
  | 'date'
  | 'time'
  | 'file'
  | 'group'
  | 'list'
  | 'map'
  | 'nothing'
  | 'any';

export interface SchemaRow {
  /** Unique in the table: `lines[].sku`. */
  path: string;
  name: string;
  title: string;
  depth: number;
  kind: Kind;
  /** Of a list: what it holds. */
  of?: Kind;
  required: boolean;
  description: string;
  choices: string[];
  standard?: string;
  /** There is more inside than is shown. */
  more: boolean;
}

const DEEPEST = 5;
const MOST = 400;

export function schemaRows(schema: unknown): SchemaRow[] {
  const rows: SchemaRow[] = [];
  walk(schema, schema, '', 0, [], rows);
  return rows;
}

function walk(
  schema: unknown,
  root: unknown,
  path: string,
  depth: number,
  above: unknown[],
  rows: SchemaRow[],
) {
  const here = merged(resolve(schema, root), root);
  const required = requiredOf(here);
  for (const [name, raw] of propertiesOf(here)) {
    // `false` means that the field may not be there.
    if ((here.properties as JsonSchema)[name] === false || rows.length >= MOST) continue;
    const field = merged(resolve(raw, root), root);
    const items = kindOf(field) === 'list' ? merged(resolve(field.items, root), root) : undefined;
    const inner = items ?? field;
    const hasInner = propertiesOf(inner).length > 0;
    const ref = (items ? (field.items as JsonSchema)?.$ref : raw.$ref) ?? inner.properties;
    const more = hasInner && (depth + 1 >= DEEPEST || above.includes(ref));
    const at = path ? `${path}.${name}` : name;
    rows.push({
      path: at,
      name,
      title: textOf(field.title) === name ? '' : textOf(field.title),
      depth,
      kind: kindOf(field),
      of: items && kindOf(items),
      required: required.includes(name),
      description: textOf(field.description),
      choices: choicesOf(inner),
      standard: field.default === undefined ? undefined : show(field.default),
      more,
    });
    if (hasInner && !more) {
      walk(inner, root, items ? `${at}[]` : at, depth + 1, [...above, ref], rows);
    }
  }
}

/** The parts of `allOf`, and the first real alternative of `anyOf` and `oneOf`, as one schema. */
function merged(schema: JsonSchema, root: unknown, depth = 0): JsonSchema {
  if (depth > 8) return schema;
  let out = schema;
  for (const part of list(schema.allOf)) {
    const inner = merged(resolve(part, root), root, depth + 1);
    out = {
      ...inner,
      ...out,
      properties: { ...(inner.properties as object), ...(out.properties as object) },
      required: [...requiredOf(inner), ...requiredOf(out)],
    };
  }
  const alternatives = [...list(schema.anyOf), ...list(schema.oneOf)].map((one) => resolve(one, root));
  const real = alternatives.filter((one) => one.type !== 'null');
  const [only] = real;
  if (only && out.type === undefined && real.length === 1) out = { ...merged(only, root, depth + 1), ...out };
  return out;
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

export function kindOf(schema: JsonSchema): Kind {
  const types = list(schema.type).filter((type) => type !== 'null');
  const type = typeof schema.type === 'string' ? schema.type : types.length === 1 ? types[0] : undefined;
  if (type === 'string' || (type === undefined && typeof schema.const === 'string')) {
    if (schema.format === 'date') return 'date';
    if (schema.format === 'date-time' || schema.format === 'time') return 'time';
    if (schema.format === 'binary') return 'file';
    return 'text';
  }
  if (type === 'integer') return 'whole';
  if (type === 'number') return 'number';
  if (type === 'boolean') return 'yesno';
  if (type === 'array' || (type === undefined && schema.items)) return 'list';
  if (type === 'object' || (type === undefined && schema.properties)) {
    return propertiesOf(schema).length > 0 ? 'group' : 'map';
  }
  if (type === 'null') return 'nothing';
  return list(schema.enum).every((one) => typeof one === 'string') && list(schema.enum).length
    ? 'text'
    : 'any';
}

function choicesOf(schema: JsonSchema): string[] {
  if (Array.isArray(schema.enum)) return schema.enum.filter((one) => one !== null).map(show);
  if (schema.const !== undefined) return [show(schema.const)];
  const constants = [...list(schema.oneOf), ...list(schema.anyOf)]
    .map((one) => (one as JsonSchema | null)?.const)
    .filter((one) => one !== undefined);
  return constants.map(show);
}

const show = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
