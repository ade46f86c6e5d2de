/** What the server says of a step kind, an operation or a trigger: its input, its output, how it behaves. */
import { api, type Schemas, type Text } from '@/api/client';
import type { Schema } from '../model/fields';

const FOREVER = { staleTime: Number.POSITIVE_INFINITY };

export interface Described {
  title: Text;
  description: Text;
  /** Of `with`. */
  input: Schema;
  /** Of the step's output, or of `trigger.body`. */
  output?: Schema;
  /** The connector's name; absent for what is built in. */
  connector?: string;
  /** How its system is called. */
  system?: Text;
  /** Whether the connector has anything to sign in with. */
  connects: boolean;
  readOnly: boolean;
  pure: boolean;
  idempotency?: Schemas['Idempotency'];
}

export const useCatalogue = () => api.useQuery('get', '/api/v1/catalogue', {}, FOREVER);

export const splitUse = (use: string): [connector: string, name: string] | undefined => {
  const dot = use.indexOf('.');
  return dot > 0 ? [use.slice(0, dot), use.slice(dot + 1)] : undefined;
};

const asSchema = (value: unknown): Schema =>
  value !== null && typeof value === 'object' ? (value as Schema) : {};

const connects = (connector: Schemas['Connector']) =>
  (connector.connection?.auth.length ?? 0) > 0 ||
  Object.keys(asSchema(asSchema(connector.connection?.settings).properties)).length > 0;

/** A step's kind or operation; `undefined` while it is asked for, `null` where nobody knows it. */
export function useStepKind(use: string): Described | null | undefined {
  const catalogue = useCatalogue();
  const [connector, operation] = splitUse(use) ?? [];
  const own = api.useQuery(
    'get',
    '/api/v1/connectors/{connector}/operations/{operation}',
    { params: { path: { connector: connector ?? '', operation: operation ?? '' } } },
    { ...FOREVER, enabled: connector !== undefined, retry: false },
  );
  if (!connector) {
    if (!catalogue.data) return catalogue.isError ? null : undefined;
    const kind = catalogue.data.steps.find((one) => one.name === use);
    return kind ? builtIn(kind) : null;
  }
  if (own.isError) return null;
  if (!own.data || !catalogue.data) return undefined;
  const system = catalogue.data.connectors.find((one) => one.name === connector);
  return {
    title: own.data.title,
    description: own.data.description,
    input: asSchema(own.data.input),
    output: asSchema(own.data.output),
    connector,
    system: system?.title,
    connects: system !== undefined && connects(system),
    readOnly: own.data.read_only,
    pure: false,
    idempotency: own.data.idempotency,
  };
}

export function useTriggerKind(use: string): Described | null | undefined {
  const catalogue = useCatalogue();
  const [connector, trigger] = splitUse(use) ?? [];
  const own = api.useQuery(
    'get',
    '/api/v1/connectors/{connector}/triggers/{trigger}',
    { params: { path: { connector: connector ?? '', trigger: trigger ?? '' } } },
    { ...FOREVER, enabled: connector !== undefined, retry: false },
  );
  if (!connector) {
    if (!catalogue.data) return catalogue.isError ? null : undefined;
    const kind = catalogue.data.triggers.find((one) => one.name === use);
    return kind ? builtIn(kind) : null;
  }
  if (own.isError) return null;
  if (!own.data || !catalogue.data) return undefined;
  const system = catalogue.data.connectors.find((one) => one.name === connector);
  return {
    title: own.data.title,
    description: own.data.description,
    input: asSchema(own.data.with),
    output: asSchema(own.data.output),
    connector,
    system: system?.title,
    connects: true,
    readOnly: true,
    pure: true,
  };
}

const builtIn = (kind: Schemas['Kind']): Described => ({
  title: kind.title,
  description: kind.description,
  input: asSchema(kind.input),
  connects: false,
  readOnly: kind.pure,
  pure: kind.pure,
});
