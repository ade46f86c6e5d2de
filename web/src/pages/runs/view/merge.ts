/** A run as it is shown: what was read once, and what happened since, in one. */

import type { Schemas } from '@/api/client';
import type { RunSnapshot } from '@/api/live';
import type { FlowDocument, Step, StepLook } from '@/flow/types';
import { TRIGGER } from '@/flow/types';
import { bodyOf } from '@/flow/walk';

export type RunView = Schemas['RunView'];
export type StepRun = Schemas['StepRun'];
type Progress = Record<string, Schemas['LoopProgress']>;

/** Live values win; what was too large for the stream stays as it was read, or is missing until it is. */
function over<T extends object>(read: T | undefined, live: T & { left_out?: string[] | null }): T {
  const { left_out, ...told } = live;
  const kept = Object.fromEntries(
    (left_out ?? []).flatMap((field) => {
      const value = read?.[field as keyof T];
      return value === undefined ? [] : [[field, value]];
    }),
  );
  return { ...(told as T), ...kept };
}

export function merged(view: RunView, live: RunSnapshot | undefined): RunView {
  if (!live || live.run.id !== view.id) return view;
  const read = new Map(view.steps.map((step) => [step.id, step]));
  return {
    ...view,
    ...over<Partial<RunView>>(view, live.run),
    steps: live.steps.map((step) => over<StepRun>(read.get(step.id), step)),
  };
}

/** Whether something is known to be there that was left out of the stream and not read yet. */
export function misses(view: RunView, live: RunSnapshot | undefined): boolean {
  if (!live) return false;
  const read = new Map(view.steps.map((step) => [step.id, step]));
  const lacks = (of: object | undefined, fields: string[] | null | undefined) =>
    (fields ?? []).some((field) => (of as Record<string, unknown> | undefined)?.[field] == null);
  return lacks(view, live.run.left_out) || live.steps.some((step) => lacks(read.get(step.id), step.left_out));
}

/** How long a step took, or takes until now; absent where it has not begun, or that was not kept. */
export function stepMs(step: StepRun, now = Date.now()): number | undefined {
  if (step.took_us != null) return step.took_us / 1000;
  if (!step.started_at) return undefined;
  const active = step.status === 'running' || step.status === 'waiting';
  const end = step.finished_at ? new Date(step.finished_at).getTime() : active ? now : undefined;
  return end === undefined ? undefined : Math.max(0, end - new Date(step.started_at).getTime());
}

/** How far a loop is; what is told as it goes wins over what was read before. */
export function tally(step: StepRun, progress: Progress): StepLook['items'] {
  const told = progress[step.id];
  const read = step.items;
  const readSettled = read ? read.succeeded + read.failed : 0;
  if (told && told.settled >= readSettled) {
    return { count: told.count, settled: told.settled, failed: told.failed };
  }
  return read ? { count: read.count, settled: readSettled, failed: read.failed } : undefined;
}

/** How each step looks on the canvas. Steps of a loop look as their loop does. */
export function looks(
  view: RunView,
  document: FlowDocument,
  progress: Progress,
  now?: number,
): Record<string, StepLook> {
  const runs = new Map(view.steps.map((step) => [step.id, step]));
  const found: Record<string, StepLook> = { [TRIGGER]: { status: 'succeeded' } };
  const inside = (steps: Step[], look: StepLook) => {
    for (const step of steps) {
      found[step.id] = { status: look.status, items: look.items };
      inside(bodyOf(step) ?? [], look);
    }
  };
  for (const step of document.steps) {
    const run = runs.get(step.id);
    const look: StepLook = run
      ? {
          status: run.status,
          took_ms: stepMs(run, now),
          items: tally(run, progress),
          attempts: run.attempts.length > 1 ? run.attempts.length : undefined,
          port: run.port ?? undefined,
        }
      : { status: 'pending' };
    found[step.id] = look;
    inside(bodyOf(step) ?? [], look);
  }
  return found;
}
