/** Flows made for a journey: published, started and followed as a program would. */
import type { APIRequestContext } from '@playwright/test';
import { expect, type Installation, type Language } from './server';

type Step = Record<string, unknown> & { id: string };
interface Flow {
  slug: string;
  name: string;
  trigger?: Record<string, unknown>;
  steps: Step[];
  [more: string]: unknown;
}
export interface Run {
  id: string;
  status: string;
  version: number;
  output?: unknown;
  steps: { id: string; status: string; port?: string; output?: Record<string, unknown>; kept?: boolean }[];
}

/** Slugs and names of a language's own, since both languages share one company. */
export const slugOf = (words: string, language: Language) => `${words}-${language.toLowerCase()}`;

export const script = (id: string, code: string, more: Partial<Step> = {}): Step => ({
  id,
  use: 'script',
  with: { code },
  ...more,
});

/** Saved and published; each time a version more. */
export async function publish(owner: APIRequestContext, flow: Flow) {
  const document = { causeway: 1, kind: 'flow', trigger: { use: 'manual' }, ...flow };
  const saved = await owner.put(`/api/v1/flows/${flow.slug}/draft`, { data: document });
  expect(saved.ok(), await saved.text()).toBe(true);
  const published = await owner.post(`/api/v1/flows/${flow.slug}/publish`, { data: {} });
  expect(published.ok(), await published.text()).toBe(true);
}

export async function start(owner: APIRequestContext, slug: string, input: unknown = {}): Promise<string> {
  const answer = await owner.post(`/api/v1/flows/${slug}/runs`, { data: { input } });
  expect(answer.ok(), await answer.text()).toBe(true);
  return ((await answer.json()) as { run: string }).run;
}

export const runOf = async (owner: APIRequestContext, run: string): Promise<Run> =>
  (await owner.get(`/api/v1/runs/${run}`)).json();

/** The run, once it stands so. */
export async function reaches(owner: APIRequestContext, run: string, status: string): Promise<Run> {
  await expect.poll(async () => (await runOf(owner, run)).status).toBe(status);
  return runOf(owner, run);
}

/** The address of the simulated system that a connection of the company is made with. */
export async function addressOf(owner: APIRequestContext, connection: string): Promise<string> {
  const found = (await (await owner.get(`/api/v1/connections/${connection}`)).json()) as {
    environments: { production: { settings: { base_url: string } } };
  };
  return found.environments.production.settings.base_url;
}

export type Document = Record<string, unknown> & { slug: string; name: string };

/** A webhook flow of one script, which fails where it is told to. */
export const hookFlow = (slug: string, name: string, more: Record<string, unknown> = {}): Document => ({
  causeway: 1,
  kind: 'flow',
  slug,
  name,
  trigger: { use: 'webhook', with: { path: slug } },
  steps: [
    {
      id: 'count',
      name: 'Count the stock',
      use: 'script',
      with: { code: 'if trigger.body.fail == true {\n    throw "no stock"\n}\n1' },
    },
  ],
  ...more,
});

export async function put(owner: APIRequestContext, document: Document, publish = false) {
  const made = await owner.post(`/api/v1/import?publish=${publish}`, { data: document });
  expect(made.ok(), await made.text()).toBe(true);
}

/** Calls the flow, and waits until its run is done. */
export async function call(
  company: Installation,
  owner: APIRequestContext,
  slug: string,
  body: unknown,
): Promise<string> {
  const answer = await fetch(`${company.url}/hooks/${slug}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const run = answer.headers.get('X-Causeway-Run');
  expect(run, `${slug} answered with ${answer.status}`).not.toBeNull();
  await expect
    .poll(
      async () =>
        ((await (await owner.get(`/api/v1/runs/${run}`)).json()) as { finished_at?: string }).finished_at,
    )
    .toBeTruthy();
  return run ?? '';
}

/** The same word at the end of what a test makes, once per language. */
export const tail = (language: string) => (language === 'en' ? 'en' : 'zh');
