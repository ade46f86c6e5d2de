/** New steps, as empty as they can be and still have their exits. */
import { idsOf, uniqueId, wishedId } from './ids';
import type { FlowDocument, Step, Trigger } from './types';
import { walkSteps } from './walk';

const BEGUN: Record<string, () => Record<string, unknown>> = {
  branch: () => ({ cases: [{ port: 'yes', when: '' }], otherwise: 'no' }),
  for_each: () => ({ items: '', body: [] }),
};

/** `connection`: the account for a connector's operation, where one is known. */
export function freshStep(document: FlowDocument, use: string, connection?: string): Step {
  const begun = BEGUN[use]?.();
  return {
    id: uniqueId(idsOf(document), wishedId(use)),
    use,
    ...(connection && { connection }),
    ...(begun && { with: begun }),
  };
}

export const freshTrigger = (use: string, connection?: string): Trigger => ({
  use,
  ...(connection && { connection }),
  ...(use === 'webhook' && { with: { path: '' } }),
});

/** The account that the flow uses for a system already; or the only one that there is. */
export function likelyConnection(
  document: FlowDocument,
  connector: string,
  connections: readonly { name: string; connector: string }[],
): string | undefined {
  const uses = [document.trigger, ...[...walkSteps(document)].map(({ step }) => step)];
  const used = uses.find((one) => one.use.startsWith(`${connector}.`) && one.connection)?.connection;
  if (used) return used;
  const fitting = connections.filter((one) => one.connector === connector);
  return fitting.length === 1 ? fitting[0]?.name : undefined;
}
