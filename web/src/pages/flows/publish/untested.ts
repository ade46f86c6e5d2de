/** Which steps have never been seen to work, as far as the newest runs tell. */
import { useQuery } from '@tanstack/react-query';
import { http, must, type Schemas } from '@/api/client';
import type { FlowDocument, Step } from '@/flow/types';

/** How many of the newest runs are looked at. */
const RUNS = 8;

/** All steps, those inside of loops after their loop. */
export const allSteps = (steps: Step[]): Step[] =>
  steps.flatMap((step) => {
    const body = step.with?.body;
    return [step, ...(Array.isArray(body) ? allSteps(body as Step[]) : [])];
  });

type Seen = { steps: Pick<Schemas['StepRun'], 'id' | 'status' | 'items'>[] };

/** A step inside of a loop counts as tested with its loop, whose items the list of steps does not name. */
export function untestedSteps(document: FlowDocument, runs: Seen[]): Step[] {
  const worked = new Set(
    runs.flatMap((run) => run.steps.filter((step) => step.status === 'succeeded').map((step) => step.id)),
  );
  const left = (steps: Step[]): Step[] =>
    steps.flatMap((step) => {
      if (worked.has(step.id)) return [];
      const body = step.with?.body;
      return [step, ...(Array.isArray(body) ? left(body as Step[]) : [])];
    });
  return left(document.steps);
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
