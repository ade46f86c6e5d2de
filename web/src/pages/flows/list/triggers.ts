/** What starts a flow, in words. */
import { useQuery } from '@tanstack/react-query';
import { api, type Schemas } from '@/api/client';
import type { FlowDocument } from '@/flow/types';
import { say } from '@/i18n';
import { documentOf } from '../documents';
import type { ListedFlow } from '../pending';

export type Starter = { use: string; with?: Record<string, unknown> };

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

/** The trigger of the version in service, of the draft where none is. Lists do not tell it yet: it is read from the document. */
export function useStarter(flow: ListedFlow): Starter | undefined {
  const edition = flow.published ?? 'draft';
  const read = useQuery({
    // A version never changes and a revision of a draft neither, so that this is asked once.
    queryKey: ['flow-trigger', flow.slug, flow.published ?? `draft ${flow.draft_revision}`],
    queryFn: async () => ((await documentOf(flow.slug, edition)) as FlowDocument).trigger,
    staleTime: Number.POSITIVE_INFINITY,
    enabled: flow.trigger === undefined,
  });
  return flow.trigger ?? read.data;
}

/** Titles of a system's trigger, such as `Dinkoko ERP`, `Order posted`. */
export function useSystemTrigger(use: string | undefined): { system: string; event: string } | undefined {
  const catalogue = api.useQuery('get', '/api/v1/catalogue', {}, { staleTime: 300_000 });
  if (!use?.includes('.')) return undefined;
  const [name, event] = use.split('.', 2);
  const connector = catalogue.data?.connectors.find((one) => one.name === name);
  const trigger = connector?.triggers?.find((one) => one.name === event);
  return { system: say(connector?.title) || (name ?? ''), event: say(trigger?.title) || (event ?? '') };
}
