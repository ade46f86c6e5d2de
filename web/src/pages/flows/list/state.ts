/** The state of a flow as the list tells it, and what each filter asks the server for. */

import type { Flow } from '@/api/flows';
import type { operations } from '@/api/schema.gen';

export type FlowState = 'on' | 'off' | 'draft' | 'archived';
export const STATES: FlowState[] = ['on', 'off', 'draft', 'archived'];

export function stateOf(flow: Flow): FlowState {
  if (flow.archived_at) return 'archived';
  if (flow.published == null) return 'draft';
  return flow.enabled ? 'on' : 'off';
}

export type Asked = NonNullable<operations['list_flows']['parameters']['query']>;
export interface Filters {
  text?: string;
  tag?: string;
  state?: string;
  trigger?: string;
}

export function askedBy({ text, tag, state, trigger }: Filters): Asked {
  return {
    text: text || undefined,
    tag: tag || undefined,
    trigger: (trigger as Asked['trigger']) || undefined,
    sort: 'updated',
    ...(state === 'on' && { state: 'published', enabled: true }),
    ...(state === 'off' && { state: 'published', enabled: false }),
    ...(state === 'draft' && { state: 'draft' }),
    ...(state === 'archived' && { state: 'archived' }),
  };
}

/** Tags of the flows that are known, the one that is chosen among them, in order. */
export const tagsOf = (flows: Flow[], chosen?: string) =>
  [...new Set([...flows.flatMap((flow) => flow.tags), ...(chosen ? [chosen] : [])])].sort();
