/** What a flow asks for when it is started, as plain fields; kept as a JSON Schema. Schemas that say more stay schemas. */
import { objectOf } from '@/lib/json';
import type { Schema } from './fields';

export type AskedKind = 'text' | 'number' | 'whole' | 'yesNo' | 'date' | 'list' | 'group';
export interface AskedField {
  name: string;
  title?: string;
  kind: AskedKind;
  required: boolean;
  /** All else that the schema says of the field. */
  more: Schema;
}

const WRITTEN: Record<AskedKind, Schema> = {
  text: { type: 'string' },
  number: { type: 'number' },
  whole: { type: 'integer' },
  yesNo: { type: 'boolean' },
  date: { type: 'string', format: 'date' },
  list: { type: 'array' },
  group: { type: 'object' },
};

function readKind(schema: Schema): AskedKind | undefined {
  return (Object.keys(WRITTEN) as AskedKind[]).find(
    (kind) => WRITTEN[kind].type === schema.type && WRITTEN[kind].format === schema.format,
  );
}

/** The fields; none for no schema, `undefined` for one that is more than a list of fields. */
export function readAsked(schema: unknown): AskedField[] | undefined {
  if (schema === undefined) return [];
  const whole = objectOf(schema);
  if (whole?.type !== 'object' || '$ref' in whole || 'oneOf' in whole || 'allOf' in whole) return undefined;
  const required = Array.isArray(whole.required) ? whole.required : [];
  const fields: AskedField[] = [];
  for (const [name, inner] of Object.entries(objectOf(whole.properties) ?? {})) {
    const own = objectOf(inner);
    const kind = own && readKind(own);
    if (!own || !kind) return undefined;
    const { type: _, format: __, title, ...more } = own;
    fields.push({
      name,
      kind,
      required: required.includes(name),
      more: own.format !== undefined && kind !== 'date' ? { ...more, format: own.format } : more,
      ...(typeof title === 'string' ? { title } : {}),
    });
  }
  return fields;
}

/** As a schema; what the one before said besides its fields stays. */
export function writeAsked(fields: AskedField[], before: unknown): Schema {
  const { properties: _, required: __, ...rest } = objectOf(before) ?? {};
  const required = fields.filter((field) => field.required).map((field) => field.name);
  return {
    ...rest,
    type: 'object',
    properties: Object.fromEntries(
      fields.map(({ name, title, kind, more }) => [
        name,
        { ...WRITTEN[kind], ...(title ? { title } : {}), ...more },
      ]),
    ),
    ...(required.length ? { required } : {}),
  };
}
