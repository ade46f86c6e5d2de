/** What starts a flow, in words. */
import { api, type Schemas } from '@/api/client';
import { say } from '@/i18n';

export const KINDS: Schemas['TriggerKind'][] = [
  'webhook',
  'schedule',
  'connector',
  'manual',
  'called',
  'flow_failed',
];

export const kindOf = (use: string): Schemas['TriggerKind'] =>
  use.includes('.') ? 'connector' : (use as Schemas['TriggerKind']);

/** Titles of a system's trigger, such as `Dinkoko ERP`, `Order posted`. */
export function useSystemTrigger(use: string | undefined): { system: string; event: string } | undefined {
  const catalogue = api.useQuery('get', '/api/v1/catalogue', {}, { staleTime: 300_000 });
  if (!use?.includes('.')) return undefined;
  const [name, event] = use.split('.', 2);
  const connector = catalogue.data?.connectors.find((one) => one.name === name);
  const trigger = connector?.triggers?.find((one) => one.name === event);
  return { system: say(connector?.title) || (name ?? ''), event: say(trigger?.title) || (event ?? '') };
}
