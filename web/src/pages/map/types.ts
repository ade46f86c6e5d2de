/** The map of the company's systems: what flows join, and what people added. */
import type { Text } from '@/api/client';

export interface MapSystem {
  /** Of what flows reach: the connector's name, or `webhook`. */
  id: string;
  title: Text;
  connector?: string | null;
  /** Those that the flows name. */
  connections: string[];
  /** Whether somebody added it: no flow reaches it. */
  manual: boolean;
  /** Where somebody put it. */
  x?: number | null;
  y?: number | null;
}

/** What goes from one system to another. */
export interface MapEdge {
  id: string;
  from: string;
  to: string;
  flows: { slug: string; name: string }[];
  /** Of the flows, in seven days. */
  runs: number;
  failed: number;
  /** Whether people carry it: a hand-over. */
  manual: boolean;
  note?: string | null;
  how?: string | null;
}

export interface SystemMap {
  systems: MapSystem[];
  edges: MapEdge[];
}

/** What is being added or changed. */
export type Editing =
  | { what: 'system'; system?: MapSystem }
  | { what: 'handOver'; given: Partial<Pick<MapEdge, 'id' | 'from' | 'to' | 'how' | 'note'>> };

/** The days that runs on the map are counted over, as the server does. */
export const MAP_DAYS = 7;
export const WEBHOOK = 'webhook';
