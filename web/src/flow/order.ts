/** Rows and columns: steps as high as they can stand, in the document's order wherever no lines cross then. */
import type dagre from '@dagrejs/dagre';

type Custom = NonNullable<NonNullable<Parameters<typeof dagre.layout>[1]>['customOrder']>;
type Graph = Parameters<Custom>[0];
interface Placed {
  rank?: number;
  order: number;
}

/** dagre keeps the last of equally good orders, which often is a mirror image. */
export const columnOrder: Custom = (graph, order) => {
  order(graph, { disableOptimalOrderHeuristic: true });
  const asWritten = ordersOf(graph);
  const crossings = crossingsOf(graph);
  if (crossings === 0) return;
  order(graph, {});
  if (crossingsOf(graph) < crossings) return;
  for (const [key, place] of asWritten) (graph.node(key) as unknown as Placed).order = place;
};

const ordersOf = (graph: Graph) =>
  new Map(graph.nodes().map((key) => [key, (graph.node(key) as unknown as Placed).order]));

function crossingsOf(graph: Graph): number {
  const rows = new Map<number, [from: number, to: number][]>();
  for (const { v, w } of graph.edges()) {
    const [from, to] = [graph.node(v), graph.node(w)] as unknown as [Placed, Placed];
    const rank = from.rank ?? 0;
    rows.set(rank, [...(rows.get(rank) ?? []), [from.order, to.order]]);
  }
  let crossings = 0;
  for (const edges of rows.values()) {
    for (const [index, [a, b]] of edges.entries()) {
      for (const [c, d] of edges.slice(index + 1)) if ((a - c) * (b - d) < 0) crossings++;
    }
  }
  return crossings;
}

/** Each step right below the lowest of those that it follows. dagre's own way takes much longer, and lets steps sink. */
export function topRows(graph: Graph) {
  const rank = new Map<string, number>();
  const rankOf = (key: string): number => {
    const known = rank.get(key);
    if (known !== undefined) return known;
    const edges = (graph.inEdges(key) ?? []) as Parameters<Graph['edge']>[0][];
    const above = edges.map((edge) => {
      const { v } = edge as unknown as { v: string };
      return rankOf(v) + ((graph.edge(edge) as { minlen?: number } | undefined)?.minlen ?? 1);
    });
    const own = Math.max(0, ...above);
    rank.set(key, own);
    return own;
  };
  for (const key of graph.nodes()) (graph.node(key) as unknown as Placed).rank = rankOf(key);
}
