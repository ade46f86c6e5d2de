/** Ids of what people add to the map. */
import type { Text } from '@/api/client';
import { newKey } from '@/lib/key';
import { numbered, suggestSlug } from '../../flows/slug';

/** The connector of this name, whatever the language and the case. */
export function connectorCalled<C extends { name: string; title: Text }>(
  name: string,
  connectors: C[],
): C | undefined {
  const wanted = name.trim().toLowerCase();
  return connectors.find((one) =>
    [one.name, one.title.en, one.title['zh-TW']].some((known) => known.toLowerCase() === wanted),
  );
}

/**
 * A system that is added under the name of a connector gets the connector's id: when a flow reaches it one day, both are one.
 * Otherwise what is Latin of the name, or `system`, with a number where that is taken.
 */
export function systemId(
  name: string,
  taken: ReadonlySet<string>,
  connectors: { name: string; title: Text }[],
): string {
  const connector = connectorCalled(name, connectors)?.name;
  if (connector && !taken.has(connector)) return connector;
  const slug = suggestSlug(name) || 'system';
  for (let n = 1; ; n++) {
    const id = numbered(slug, n);
    if (!taken.has(id)) return id;
  }
}

export const handOverId = (): string => `hand-over-${newKey().slice(0, 12)}`;
