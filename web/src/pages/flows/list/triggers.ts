/** What starts a flow, in words. */
import { useCatalogue } from '@/api/catalogue';
import type { Schemas } from '@/api/client';
import { connectorOf, splitUse } from '@/flow/use';
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
  connectorOf(use) ? 'connector' : (use as Schemas['TriggerKind']);

/** Titles of a system's trigger, such as `Dinkoko ERP`, `Order posted`. */
export function useSystemTrigger(use: string | undefined): { system: string; event: string } | undefined {
  const catalogue = useCatalogue();
  const [name, event] = (use && splitUse(use)) || [];
  if (!name) return undefined;
  const connector = catalogue.data?.connectors.find((one) => one.name === name);
  const trigger = connector?.triggers?.find((one) => one.name === event);
  return { system: say(connector?.title) || name, event: say(trigger?.title) || (event ?? '') };
}
