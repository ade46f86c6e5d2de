/** What the server says of a step kind, an operation or a trigger: its input, its output, how it behaves. */
import { useCatalogue, useConnectorTrigger, useOperation } from '@/api/catalogue';
import type { Schemas, Text } from '@/api/client';
import { splitUse } from '@/flow/use';
import type { Schema } from '../model/fields';

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

const asSchema = (value: unknown): Schema =>
  value !== null && typeof value === 'object' ? (value as Schema) : {};

const connects = (connector: Schemas['Connector']) =>
  (connector.connection?.auth.length ?? 0) > 0 ||
  Object.keys(asSchema(asSchema(connector.connection?.settings).properties)).length > 0;

/** A step's kind or operation; `undefined` while it is asked for, `null` where nobody knows it. */
export function useStepKind(use: string): Described | null | undefined {
  const catalogue = useCatalogue();
  const [connector = '', operation = ''] = splitUse(use) ?? [];
  const own = useOperation(connector, operation);
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
  const [connector = '', trigger = ''] = splitUse(use) ?? [];
  const own = useConnectorTrigger(connector, trigger);
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
