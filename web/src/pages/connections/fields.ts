/** The fields of a connection's forms, from the connector's schemas. Without React. */
import type { Schemas } from '@/api/client';
import { type JsonSchema, localise, propertiesOf, requiredOf, textOf } from '@/components/form/localise';
import type { Language } from '@/i18n';

export interface CredentialField {
  name: string;
  title: string;
  /** Empty where it only repeats the title. */
  description: string;
  required: boolean;
  /** Whether it is typed in the open: user names and the like, which nobody has to guess blindly. */
  open: boolean;
  /** Several lines: certificates and keys. */
  long: boolean;
}

const OPEN = /(^|_)(user|username|user_name|email|account|client_id|merchant_id|scope|ca|certificate)$/;
const LONG = /(^|_)(certificate|private_key|pem|ca)$/;

export function credentialFields(form: Schemas['AuthForm'], language: Language): CredentialField[] {
  const required = requiredOf(form.credentials);
  const fields = propertiesOf(localise(form.credentials, language)).map(([name, schema]) => {
    const title = textOf(schema.title) || name;
    const description = textOf(schema.description);
    return {
      name,
      title,
      description: description === title ? '' : description,
      required: required.includes(name),
      open: OPEN.test(name),
      long: LONG.test(name) || (form.kind === 'mutual_tls' && name === 'key'),
    };
  });
  return [...fields.filter((field) => field.required), ...fields.filter((field) => !field.required)];
}

/**
 * The settings that somebody has to think about, and those that are right as they are for nearly everybody.
 * `placeholders` say what counts where nothing is typed.
 */
export function splitSettings(settings: unknown, language: Language) {
  const schema = localise(settings, language) as JsonSchema;
  const required = requiredOf(schema);
  const needed: Record<string, JsonSchema> = {};
  const further: Record<string, JsonSchema> = {};
  const placeholders: Record<string, string> = {};
  for (const [name, { default: standard, examples, ...property }] of propertiesOf(schema)) {
    const isSet = standard !== undefined && standard !== '';
    const example = Array.isArray(examples) ? examples[0] : undefined;
    if (isSet || example !== undefined) placeholders[name] = String(isSet ? standard : example);
    (required.includes(name) || !isSet ? needed : further)[name] = property;
  }
  const part = (properties: Record<string, JsonSchema>): JsonSchema => ({
    ...schema,
    properties,
    required: required.filter((name) => name in properties),
  });
  return {
    needed: Object.keys(needed).length ? part(needed) : undefined,
    further: Object.keys(further).length ? part(further) : undefined,
    placeholders,
  };
}

/** Without what was left empty. */
export function filled<T>(values: Record<string, T>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== '' && value !== null),
  );
}

/** The server's faults by the field below a place: `/settings/production/base_url` is `base_url`. */
export function faultsBelow(
  faults: readonly Schemas['Fault'][] | undefined,
  place: string,
): Record<string, Schemas['Fault']> {
  const found: Record<string, Schemas['Fault']> = {};
  for (const fault of faults ?? []) {
    if (!fault.pointer.startsWith(`${place}/`)) continue;
    const [field = ''] = fault.pointer.slice(place.length + 1).split('/');
    found[field] ??= fault;
  }
  return found;
}
