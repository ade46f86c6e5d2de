/** Live news from the server: one stream of changed lists per tab, and one of a run that is looked at. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Schemas } from './client';

type Kind = Schemas['ListKind'];

/** Which queries read a list, by the beginning of their path. */
const PATHS: Record<Kind, string[]> = {
  approvals: ['/api/v1/approvals', '/api/v1/status', '/api/v1/overview'],
  audit_entries: ['/api/v1/audit'],
  connections: ['/api/v1/connections', '/api/v1/system-map', '/api/v1/overview'],
  dead_letters: ['/api/v1/dead-letters', '/api/v1/status', '/api/v1/overview'],
  flows: ['/api/v1/flows', '/api/v1/system-map', '/api/v1/polls'],
  runs: ['/api/v1/runs', '/api/v1/flow-stats', '/api/v1/trigger-events', '/api/v1/overview'],
  schedules: ['/api/v1/schedules', '/api/v1/polls'],
  secrets: ['/api/v1/secrets'],
  tokens: ['/api/v1/tokens'],
  users: ['/api/v1/users'],
  variables: ['/api/v1/variables'],
};
/** A draft that somebody edits is not read again behind their back; the builder listens for itself. */
const LEFT_ALONE = ['/api/v1/flows/{slug}/draft', '/api/v1/runs/{run}'];

type Change = Schemas['ListChange'];
const listeners = new Set<(change: Change) => void>();

/** Told of each change of a list, also of those that no query reads. */
export function useListChanges(listener: (change: Change) => void) {
  useEffect(() => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, [listener]);
}

/** Keeps every list in view fresh. Mounted once, in the shell. */
export function useLiveLists() {
  const client = useQueryClient();
  useEffect(() => {
    const stream = new EventSource('/api/v1/events');
    stream.addEventListener('changed', (event) => {
      const change = JSON.parse(event.data) as Change;
      const paths = PATHS[change.kind] ?? [];
      void client.invalidateQueries({
        predicate: ({ queryKey }) => {
          const path = String(queryKey[1] ?? '');
          return paths.some((begin) => path.startsWith(begin)) && !LEFT_ALONE.includes(path);
        },
      });
      for (const listener of listeners) listener(change);
    });
    return () => stream.close();
  }, [client]);
}

export type RunSnapshot = Schemas['RunSnapshot'];
type LiveStep = Schemas['LiveStep'];

/** A run as it goes: the snapshot, and what happened since, folded into it. `undefined` until the first word. */
export function useLiveRun(run: string | undefined): {
  live?: RunSnapshot;
  progress: Record<string, Schemas['LoopProgress']>;
  ended: boolean;
} {
  const [live, setLive] = useState<RunSnapshot>();
  const [progress, setProgress] = useState<Record<string, Schemas['LoopProgress']>>({});
  const [ended, setEnded] = useState(false);
  useEffect(() => {
    setLive(undefined);
    setProgress({});
    setEnded(false);
    if (!run) return;
    const stream = new EventSource(`/api/v1/runs/${encodeURIComponent(run)}/events`);
    const on = <T>(name: string, take: (data: T) => void) =>
      stream.addEventListener(name, (event) => take(JSON.parse((event as MessageEvent<string>).data) as T));
    on<RunSnapshot>('snapshot', setLive);
    on<Schemas['LiveRun']>('run', (next) => setLive((now) => now && { ...now, run: next }));
    on<LiveStep>('step', (next) =>
      setLive((now) => {
        if (!now) return now;
        const known = now.steps.some((step) => step.id === next.id);
        const steps = known
          ? now.steps.map((step) => (step.id === next.id ? next : step))
          : [...now.steps, next];
        return { ...now, steps };
      }),
    );
    on<Schemas['LoopProgress']>('progress', (next) => setProgress((now) => ({ ...now, [next.step]: next })));
    on<Schemas['RunEnd']>('end', () => {
      setEnded(true);
      stream.close();
    });
    return () => stream.close();
  }, [run]);
  return { live, progress, ended };
}
