/** How flows begin: empty with a trigger, or from a recipe with its sample and its first test. */
import { http, must } from '@/api/client';
import type { Recipe } from '@/api/recipes';
import type { FlowDocument, Trigger } from '@/flow/types';
import { createFlow } from './documents';

interface Begun {
  slug: string;
  /** The step to open first: where fields are mapped, if there is one. */
  step: string | undefined;
  /** Its first test. */
  run: string | undefined;
}

/** A trigger of this kind as it begins; a webhook's path is the slug until somebody changes it. */
function emptyTrigger(use: string, slug: string, connection?: string): Trigger {
  if (use === 'webhook') return { use, with: { path: slug, reply: 'accepted' } };
  if (use === 'schedule') return { use, with: { cron: '0 9 * * 1-5', timezone: 'Asia/Taipei' } };
  if (use === 'flow_failed') return { use, with: {} };
  return { use, ...(connection && { connection }) };
}

export async function beginEmpty(
  slug: string,
  name: string,
  use: string,
  connection?: string,
): Promise<string> {
  return createFlow(slug, {
    causeway: 1,
    kind: 'flow',
    name,
    trigger: emptyTrigger(use, slug, connection),
    steps: [],
  });
}

export const firstStep = (document: FlowDocument): string | undefined =>
  (document.steps.find((step) => step.use === 'script') ?? document.steps[0])?.id;

/** Imports the recipe as a draft, keeps its samples, and starts a test that sends nothing. */
export async function beginFromRecipe(
  recipe: Recipe,
  as: { slug: string; name: string; mayRename: boolean },
): Promise<Begun> {
  const slug = await createFlow(as.slug, { ...recipe.document, name: as.name }, as.mayRename);
  for (const sample of recipe.samples) {
    await must(
      http.PUT('/api/v1/flows/{slug}/samples/{name}', {
        params: { path: { slug, name: sample.name } },
        body: { trigger: sample.trigger },
      }),
    );
  }
  const [sample] = recipe.samples;
  return { slug, step: firstStep(recipe.document), run: sample && (await firstTest(slug, sample.name)) };
}

/** The first test, which sends nothing. Short: what it gave shall be there when the builder opens. */
async function firstTest(slug: string, sample: string): Promise<string | undefined> {
  const { data } = await http.POST('/api/v1/flows/{slug}/draft/test', {
    params: { path: { slug } },
    body: { dry_run: true, sample },
  });
  // A recipe whose connection is still missing cannot be tested; that is said in the builder, and is no reason not to go there.
  if (!data) return undefined;
  const { run } = data;
  for (let tries = 0; tries < 10; tries++) {
    const seen = await http.GET('/api/v1/runs/{run}', { params: { path: { run } } });
    if (seen.data?.finished_at) break;
    await new Promise((later) => setTimeout(later, 200));
  }
  return run;
}

/** Where the builder opens: at what the first step gave in the test. */
export const openingOf = ({ step, run }: Begun) => ({
  step,
  part: run && 'output',
  sample: run && `run:${run}`,
  tour: '1',
});
