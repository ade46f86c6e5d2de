/** What starts a flow, in words. */

import { useQuery } from '@tanstack/react-query';
import { useCatalogue } from '@/api/catalogue';
import type { Schemas } from '@/api/client';
import type { Flow } from '@/api/flows';
import type { Trigger } from '@/flow/types';
import { connectorOf, splitUse } from '@/flow/use';
import { say } from '@/i18n';
import { documentOf } from '../documents';

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

/** The trigger of the version in service, of the draft where none is. Lists do not tell it: it is read from the document. */
export function useStarter(flow: Flow): Trigger | undefined {
  const edition = flow.published ?? 'draft';
  const read = useQuery({
    // A version never changes and a revision of a draft neither, so that this is asked once.
    queryKey: ['flow-trigger', flow.slug, flow.published ?? `draft ${flow.draft_revision}`],
    queryFn: async () => (await documentOf(flow.slug, edition)).trigger,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return read.data;
}

/** Titles of a system's trigger, such as `Dinkoko ERP`, `Order posted`. */
export function useSystemTrigger(use: string | undefined): { system: string; event: string } | undefined {
  const catalogue = useCatalogue();
  const [name, event] = (use && splitUse(use)) || [];
  if (!name) return undefined;
  const connector = catalogue.data?.connectors.find((one) => one.name === name);
  const trigger = connector?.triggers?.find((one) => one.name === event);
  return { system: say(connector?.title) || name, event: say(trigger?.title) || (event ?? '') };
}
