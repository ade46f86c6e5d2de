/** What the server tells of a period. */
import type { Schemas } from '@/api/client';

export type Overview = Schemas['Overview'];
export type Attention = Schemas['Attention'];
export type AttentionKind = Schemas['AttentionKind'];
export type Slot = Schemas['OverviewSlot'];
export type Outcomes = Pick<Slot, 'succeeded' | 'failed' | 'cancelled'>;
