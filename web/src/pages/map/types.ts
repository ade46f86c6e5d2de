/** The map of the company's systems: what flows join, and what people added. */
import type { Schemas } from '@/api/client';

export type SystemMap = Schemas['SystemMap'];
export type MapSystem = Schemas['MapSystem'];
/** What goes from one system to another. */
export type MapEdge = Schemas['MapEdge'];

/** What is being added or changed. */
export type Editing =
  | { what: 'system'; system?: MapSystem }
  | { what: 'handOver'; given: Partial<Pick<MapEdge, 'id' | 'from' | 'to' | 'how' | 'note'>> };

/** The days that runs on the map are counted over, as the server does. */
export const MAP_DAYS = 7;
export const WEBHOOK = 'webhook';
