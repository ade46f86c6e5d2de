/** How flows begin: empty with a trigger, or from a recipe with its sample and its first test. */
import { http, must } from '@/api/client';
import type { FlowDocument, Trigger } from '@/flow/types';
import { createFlow } from './documents';
import type { Recipe } from './pending';

export interface Begun {
  slug: string;
  /** The step to open first: where fields are mapped, if there is one. */
  step: string | undefined;
}

/** A trigger of this kind as it begins; a webhook's path is the slug until somebody changes it. */
export function emptyTrigger(use: string, slug: string, connection?: string): Trigger {
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
        body: { trigger: sample.trigger, outputs: sample.outputs, ports: sample.ports },
      }),
    );
  }
  const [sample] = recipe.samples;
  if (sample) {
    // A recipe whose connection is still missing cannot be tested; that is said in the builder, and is no reason not to go there.
    await http.POST('/api/v1/flows/{slug}/draft/test', {
      params: { path: { slug } },
      body: { dry_run: true, sample: sample.name },
    });
  }
  return { slug, step: firstStep(recipe.document) };
}
