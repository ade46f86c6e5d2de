/** One test run of the draft: begun, followed live, and read whole when it ends. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, http, must, type Schemas } from '@/api/client';
import { useLiveRun } from '@/api/live';

export type TestBody = Schemas['TestBody'];
export type RunView = Schemas['RunView'];

interface TestRun {
  start: (body: TestBody) => void;
  starting: boolean;
  /** Why it was not begun. */
  refused: unknown;
  run?: string;
  status?: Schemas['RunStatus'];
  steps: Schemas['LiveStep'][];
  /** All of it, when it has ended. */
  whole?: RunView;
  running: boolean;
  cancel: () => void;
  forget: () => void;
}

export function useTest(slug: string, flush: () => Promise<void>): TestRun {
  const client = useQueryClient();
  const [run, setRun] = useState<string>();
  const begin = useMutation({
    mutationFn: async (body: TestBody) => {
      // Tests run on what is saved.
      await flush();
      return must(http.POST('/api/v1/flows/{slug}/draft/test', { params: { path: { slug } }, body }));
    },
    onMutate: () => setRun(undefined),
    onSuccess: (started) => setRun(started.run),
  });
  const { live, ended } = useLiveRun(run);
  const whole = api.useQuery(
    'get',
    '/api/v1/runs/{run}',
    { params: { path: { run: run ?? '' } } },
    { enabled: run !== undefined && ended, staleTime: 0 },
  );
  useEffect(() => {
    if (ended) void client.invalidateQueries({ queryKey: ['get', '/api/v1/runs'] });
  }, [ended, client]);
  const view = ended ? whole.data : undefined;
  return {
    start: begin.mutate,
    starting: begin.isPending,
    refused: begin.error,
    run,
    status: view?.status ?? live?.run.status,
    steps: view?.steps ?? live?.steps ?? [],
    whole: view,
    running: begin.isPending || (run !== undefined && !view),
    cancel: () => {
      if (run) void http.POST('/api/v1/runs/{run}/cancel', { params: { path: { run } }, body: {} as never });
    },
    forget: () => {
      begin.reset();
      setRun(undefined);
    },
  };
}
