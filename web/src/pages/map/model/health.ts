/** How what goes from one system to another fares, by its runs of the last days. */
import type { MapEdge } from '../types';

/** `quiet`: nothing ran. `byHand`: nobody counts it. */
export type Health = 'well' | 'failing' | 'quiet' | 'byHand';

export function healthOf(edge: Pick<MapEdge, 'manual' | 'runs' | 'failed'>): Health {
  if (edge.manual) return 'byHand';
  if (edge.failed > 0) return 'failing';
  return edge.runs > 0 ? 'well' : 'quiet';
}

/** How wide a line is drawn, in pixels: ten times as many runs are one step wider. */
export const lineWidth = (runs: number): number => 1.5 + Math.min(4.5, Math.log10(1 + runs) * 1.1);
