/** Flows put into an installation and read back as they are saved, without the pages. */
import { type APIRequestContext, expect, type Page } from '@playwright/test';
import type { FlowDocument, Step } from '../src/flow/types';
import { put as importFlow } from './flows';
import type { Installation } from './server';

export type Flow = FlowDocument & { slug: string };

/** Signing in takes its time, as it should: once for all that is asked here, until so many signed in that the oldest is out. */
const owners = new WeakMap<Installation, APIRequestContext>();
async function ownerOf(company: Installation): Promise<APIRequestContext> {
  const known = owners.get(company);
  if (known && (await known.get('/api/v1/sessions')).ok()) return known;
  const owner = await company.owner();
  owners.set(company, owner);
  return owner;
}

export async function put(company: Installation, flow: Flow): Promise<void> {
  await importFlow(await ownerOf(company), flow);
}

/** Data to try a flow with. */
export async function keepSample(company: Installation, slug: string, name: string, sample: object) {
  const owner = await ownerOf(company);
  const kept = await owner.put(`/api/v1/flows/${slug}/samples/${name}`, { data: sample });
  expect(kept.ok(), await kept.text()).toBe(true);
}

export async function saved(company: Installation, slug: string): Promise<FlowDocument> {
  const owner = await ownerOf(company);
  return (await owner.get(`/api/v1/flows/${slug}/draft`)).json();
}

/** Waits until what is saved says so. */
export const expectSaved = <T>(company: Installation, slug: string, read: (draft: FlowDocument) => T) =>
  expect.poll(async () => read(await saved(company, slug)));

/** Of the steps of a list: what each comes after. */
export const order = (steps: Step[]): Record<string, string[]> =>
  Object.fromEntries(steps.map((step) => [step.id, step.after ?? []]));

const ORDERS: Flow = {
  causeway: 1,
  kind: 'flow',
  slug: 'orders-of-a-reference',
  name: 'Orders of a reference',
  trigger: { use: 'manual' },
  steps: [
    {
      id: 'orders',
      use: 'dinkoko-erp.list_sales_orders',
      connection: 'erp',
      with: { reference: '{{ trigger.input.reference }}' },
    },
  ],
};

/** How many orders of this reference the ERP has: asked of the ERP itself. */
export async function ordersInErp(company: Installation, reference: string): Promise<number> {
  await put(company, ORDERS);
  const owner = await ownerOf(company);
  const begun = await owner.post(`/api/v1/flows/${ORDERS.slug}/draft/test`, {
    data: { dry_run: false, input: { reference } },
  });
  const { run } = (await begun.json()) as { run: string };
  let found: { status: string; steps: { output?: { items: unknown[] } }[] } | undefined;
  await expect
    .poll(async () => {
      found = await (await owner.get(`/api/v1/runs/${run}`)).json();
      return found?.status;
    })
    .toBe('succeeded');
  return found?.steps[0]?.output?.items.length ?? -1;
}

/** How an operation is called, in each language. */
export async function operationTitle(company: Installation, use: string): Promise<Record<string, string>> {
  const owner = await ownerOf(company);
  const [connector, operation] = use.split('.');
  const answer = await owner.get(`/api/v1/connectors/${connector}/operations/${operation}`);
  return ((await answer.json()) as { title: Record<string, string> }).title;
}

export const card = (page: Page, id: string) => page.locator(`.react-flow__node-card[data-id="${id}"]`);
/** The `+` on the way from one step to another: `plus(page, 'one>two')`. */
export const plus = (page: Page, way: string, loop = '') => page.locator(`[data-plus="${loop}/${way}"]`);
