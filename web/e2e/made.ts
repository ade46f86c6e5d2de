/** Flows that a test makes for itself beside those of the company, and the calls that start them. */
import type { APIRequestContext } from '@playwright/test';
import { expect, type Installation } from './server';

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
