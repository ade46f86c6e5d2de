/** Setting a step up: earlier data put in, fields mapped, and tried without sending anything. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { enter, expect, type Installation, test } from './server';

const SLUG = 'panel-journey';
const FLOW = {
  causeway: 1,
  kind: 'flow',
  slug: SLUG,
  name: 'Panel journey',
  trigger: { use: 'manual', with: { input: { type: 'object', properties: { note: { type: 'string' } } } } },
  steps: [
    {
      id: 'customer',
      name: 'The customer',
      use: 'danlee-crm.get_customer',
      connection: 'crm',
      with: { id: 'DL00001' },
    },
    {
      id: 'order',
      name: 'The order',
      use: 'dinkoko-erp.create_sales_order',
      connection: 'erp',
      after: ['customer'],
      with: { customer_code: 'C0001', lines: [{ sku: 'P-1001', quantity: 2 }] },
    },
  ],
};

async function begin(page: Page, company: Installation, step: string) {
  const owner = await company.owner();
  const made = await owner.post('/api/v1/import', { data: FLOW });
  expect(made.ok(), await made.text()).toBe(true);
  await owner.dispose();
  await enter(page, company, 'en', `/flows/${SLUG}?step=${step}`);
}

/** The step's input, as it is saved. */
async function saved(company: Installation, id: string): Promise<Record<string, unknown>> {
  const owner = await company.owner();
  const draft = await (await owner.get(`/api/v1/flows/${SLUG}/draft`)).json();
  await owner.dispose();
  return draft.steps.find((step: { id: string }) => step.id === id).with;
}
const field = (page: Page, name: string) => page.locator(`[data-field="/steps/1/with/${name}"]`);

test('earlier data is put into a field by typing a slash', async ({ page, company }) => {
  await begin(page, company, 'customer');
  await page.getByRole('tab', { name: 'Output' }).click();
  await page.getByRole('button', { name: 'Test this step' }).click();
  await expect(page.getByText('DL00001').first()).toBeVisible();

  await page.goto(page.url().replace('step=customer', 'step=order').replace('part=output', ''));
  const note = field(page, 'note').locator('.cm-content');
  await note.click();
  await page.keyboard.type('For /');
  await page.keyboard.type('english');
  await expect(page.getByRole('option', { name: /English name/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(note.locator('.cm-chip')).toHaveText('The customer › English name');
  await expect
    .poll(async () => (await saved(company, 'order')).note)
    .toBe('For {{ steps.customer.name_en }}');
});

test('fields are mapped by keyboard, and what is missing is counted', async ({ page, company }) => {
  await begin(page, company, 'order');
  await page.getByRole('button', { name: 'Fill in by mapping' }).click();
  const view = page.getByRole('dialog', { name: /Map data into/ });
  await expect(view.getByText('All that is needed is filled in')).toBeVisible();
  await view.getByRole('button', { name: 'Take Customer code away' }).click();
  await expect(view.getByText('1 needed field is empty')).toBeVisible();
  const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag22aa']).analyze();
  expect(found.violations.map((one) => one.id)).toEqual([]);
  await view
    .getByRole('button', { name: /^Tax number/ })
    .first()
    .focus();
  await page.keyboard.press('Enter');
  await view.getByRole('button', { name: 'Put the chosen value into Customer code' }).focus();
  await page.keyboard.press('Enter');
  await expect(view.getByText('All that is needed is filled in')).toBeVisible();
  await expect
    .poll(async () => (await saved(company, 'order')).customer_code)
    .toBe('{{ steps.customer.tax_id }}');
});

test('a dry run shows the request and sends nothing', async ({ page, company }) => {
  await begin(page, company, 'order');
  await page.getByRole('tab', { name: 'Output' }).click();
  await page.getByRole('button', { name: 'Test this step' }).click();
  await expect(page.getByText('What would be sent')).toBeVisible();
  await expect(page.getByText(/^POST .*sales-orders/)).toBeVisible();
  const real = page.getByRole('checkbox', { name: 'Write for real' });
  await expect(real).not.toBeChecked();
  await real.check();
  await expect(page.getByText(/will really be carried out/)).toBeVisible();
});

test('the next real call is taken as a sample, and starts nothing', async ({ page, company }) => {
  const slug = 'panel-listens';
  const owner = await company.owner();
  const made = await owner.post('/api/v1/import', {
    data: {
      ...FLOW,
      slug,
      name: 'Listens',
      trigger: { use: 'webhook', with: { path: 'panel-listens' } },
      steps: [{ id: 'no', use: 'script', with: { code: 'trigger.body.no' } }],
    },
  });
  expect(made.ok(), await made.text()).toBe(true);
  await enter(page, company, 'en', `/flows/${slug}?step=trigger&part=output`);
  await page.getByRole('button', { name: 'Listen for the next call' }).click();
  const address = page.getByRole('textbox', { name: 'Others call this address:' });
  await expect(address).toHaveValue(/\/hooks\/panel-listens$/);
  const call = await owner.post('/hooks/panel-listens', { data: { no: 'SO-77' } });
  expect(call.ok()).toBe(true);
  await expect(page.getByText('"SO-77"')).toBeVisible();
  await expect(page.getByText('In use', { exact: true })).toBeVisible();
  const runs = await (await owner.get(`/api/v1/runs?flow=${slug}`)).json();
  expect(runs.runs).toEqual([]);
  await owner.dispose();
});
