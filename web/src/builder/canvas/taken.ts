/** Which lines a run took: those out of an exit that was taken, into a step that was not skipped. */
import { ERROR, parseRef } from '@/flow/exits';
import type { Wire } from '@/flow/layout';
import type { StepLook } from '@/flow/types';

export function takenWires(looks: Record<string, StepLook>) {
  return (wire: Wire): boolean | undefined => {
    const target = wire.to ? looks[wire.to] : undefined;
    if (target && (target.status === 'skipped' || target.status === 'pending')) return false;
    if (wire.from === null) return target && true;
    const { id, port } = parseRef(wire.from);
    const source = looks[id];
    if (!source) return undefined;
    if (port === ERROR) return source.status === 'failed' && Boolean(wire.to);
    if (source.status !== 'succeeded') return false;
    return port === undefined || source.port === undefined ? true : source.port === port;
  };
}
