/** Which steps have never been seen to work, as far as the newest runs tell. */
import { useQuery } from '@tanstack/react-query';
import { http, must, type Schemas } from '@/api/client';
import type { FlowDocument, Step } from '@/flow/types';
import { walkSteps } from '@/flow/walk';

/** How many of the newest runs are looked at. */
const RUNS = 8;

type Seen = { steps: Pick<Schemas['StepRun'], 'id' | 'status' | 'items'>[] };

/** A step inside of a loop counts as tested with its loop, whose items the list of steps does not name. */
export function untestedSteps(document: FlowDocument, runs: Seen[]): Step[] {
  const worked = new Set(
    runs.flatMap((run) => run.steps.filter((step) => step.status === 'succeeded').map((step) => step.id)),
  );
  const left: Step[] = [];
  for (const { step, loop } of walkSteps(document)) {
    if (worked.has(step.id) || (loop !== null && worked.has(loop))) worked.add(step.id);
    else left.push(step);
  }
  return left;
}

export function useRunsSeen(slug: string) {
  return useQuery({
    queryKey: ['flow-runs-seen', slug],
    queryFn: async () => {
      const { runs } = await must(
        http.GET('/api/v1/runs', { params: { query: { flow: slug, limit: RUNS } } }),
      );
      return Promise.all(
        runs.map((run) => must(http.GET('/api/v1/runs/{run}', { params: { path: { run: run.id } } }))),
      );
    },
  });
}
