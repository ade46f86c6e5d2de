/** Which two editions are compared, where the address does not say. */
import type { Schemas } from '@/api/client';

export const DRAFT = 'draft';

/** Changes that are not published against what is in service; else the newest version against the one before. */
export function compared(
  asked: { from?: string; to?: string },
  flow: Pick<Schemas['Flow'], 'changed' | 'published'>,
  versions: Pick<Schemas['FlowVersion'], 'version'>[],
): { from: string | undefined; to: string } {
  const newest = versions[0]?.version;
  const to = asked.to ?? (flow.changed || newest === undefined ? DRAFT : String(newest));
  const before = to === DRAFT ? newest : versions.find((one) => one.version < Number(to))?.version;
  return { from: asked.from ?? (before === undefined ? undefined : String(before)), to };
}
