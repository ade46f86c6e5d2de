/** When each step of a run did what, as bars on one axis of time. Shares of the whole are between 0 and 1. */
import type { RunView, StepRun } from '../view/merge';

export type BarKind = 'attempt' | 'failed' | 'pause' | 'wait' | 'loop';

export interface Bar {
  kind: BarKind;
  /** Milliseconds since the run began. */
  from: number;
  to: number;
  attempt?: number;
  /** It goes on. */
  open: boolean;
}
export interface Row {
  step: StepRun;
  bars: Bar[];
}
export interface Waterfall {
  /** Milliseconds that the axis covers. */
  length: number;
  ticks: number[];
  rows: Row[];
}

const at = (time: string) => new Date(time).getTime();

/** The bars of one step, in order. Steps that began and ended in one go have one. */
export function barsOf(step: StepRun, begin: number, now: number): Bar[] {
  const bars: Bar[] = [];
  const push = (kind: BarKind, from: number, to: number | undefined, more?: { attempt?: number }) =>
    bars.push({
      kind,
      from: Math.max(0, from - begin),
      to: Math.max(0, (to ?? now) - begin),
      open: to === undefined,
      ...more,
    });
  const ended = step.finished_at ? at(step.finished_at) : undefined;
  const active = step.status === 'running' || step.status === 'waiting';

  step.attempts.forEach((attempt, index) => {
    const before = step.attempts[index - 1];
    // Between two attempts it waits for the next.
    if (before?.finished_at) push('pause', at(before.finished_at), at(attempt.started_at));
    const end = attempt.finished_at ? at(attempt.finished_at) : active ? undefined : (ended ?? now);
    push(attempt.error ? 'failed' : 'attempt', at(attempt.started_at), end, { attempt: attempt.attempt });
  });
  const last = step.attempts.at(-1);
  if (last) {
    if (step.status === 'waiting' && last.finished_at) push('pause', at(last.finished_at), undefined);
    // What it waited for after its last attempt: a call back, an approval, another run.
    else if (ended && last.finished_at && ended > at(last.finished_at))
      push('wait', at(last.finished_at), ended);
    return bars;
  }
  if (step.took_us != null && ended !== undefined) {
    push(step.status === 'failed' ? 'failed' : 'attempt', ended - step.took_us / 1000, ended);
  } else if (step.started_at) {
    const kind = step.use === 'for_each' ? 'loop' : WAITING.has(step.use) ? 'wait' : 'attempt';
    if (ended !== undefined || active) push(kind, at(step.started_at), ended);
  }
  return bars;
}
const WAITING = new Set(['wait', 'approval', 'call_flow']);

/** `most`: so many marks fit on the axis. */
export function waterfall(view: RunView, now = Date.now(), most?: number): Waterfall {
  const begin = at(view.started_at ?? view.created_at);
  const end = view.finished_at ? at(view.finished_at) : now;
  const rows = view.steps
    .map((step) => ({ step, bars: barsOf(step, begin, now) }))
    .filter(({ step, bars }) => bars.length > 0 && !step.kept);
  const length = Math.max(1, end - begin, ...rows.flatMap(({ bars }) => bars.map((bar) => bar.to)));
  return { length, ticks: ticks(length, most), rows };
}

const STEPS = [1, 2, 5].flatMap((n) => [n, n * 10, n * 100]);
/** Lengths that read well on an axis, in milliseconds. */
const NICE = [
  ...STEPS,
  ...[1, 2, 5, 10, 15, 30].map((s) => s * 1000),
  ...[1, 2, 5, 10, 15, 30].map((min) => min * 60_000),
  ...[1, 2, 4, 6, 12].map((h) => h * 3_600_000),
  ...[1, 2, 5, 10, 30].map((d) => d * 86_400_000),
].sort((a, b) => a - b);

/** Where the axis is marked: at most `most` marks, the beginning among them. */
export function ticks(length: number, most = 6): number[] {
  const apart = NICE.find((one) => length / one < most) ?? length;
  return Array.from({ length: Math.floor(length / apart) + 1 }, (_, index) => index * apart);
}
