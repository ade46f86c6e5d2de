/** What the server tells of a period. */
export type AttentionKind = 'dead_letters' | 'approvals' | 'connections' | 'polls' | 'late_runs';
export interface Attention {
  kind: AttentionKind;
  count: number;
  /** Of the flows or connections with most of them, up to five. */
  names: string[];
}

export interface Outcomes {
  succeeded: number;
  failed: number;
  cancelled: number;
}
export interface Slot extends Outcomes {
  at: string;
}

export interface Overview {
  from: string;
  to: string;
  /** The share of runs that should succeed. */
  target: number;
  latency_target_ms: number;
  runs: Outcomes & { total: number };
  success_rate?: number | null;
  /** As long a time before. */
  previous: { total: number; success_rate?: number | null; p95_ms?: number | null };
  latency: { p50_ms?: number | null; p95_ms?: number | null; within_target?: number | null };
  /** Hours of the last 24, else days; the oldest first. */
  volume: Slot[];
  slowest: { slug: string; name: string; runs: number; p95_ms: number }[];
  failing: { slug: string; name: string; runs: number; failed: number }[];
  saved_minutes?: number | null;
  attention: Attention[];
}
