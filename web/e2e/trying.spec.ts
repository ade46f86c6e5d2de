/** Trying a flow before it is published: a step, up to a step, all of it; what is sent, and what is not; samples. */
import type { Page } from '@playwright/test';
import { type Flow, keepSample, ordersInErp, put } from './drafts';
import { enter, expect, LANGUAGES, test } from './server';
import { filled, words } from './words';

const hook = (slug: string, reference: string): Flow => ({
  causeway: 1,
  kind: 'flow',
  slug,
  name: `Tried ${slug}`,
  trigger: { use: 'webhook', with: { path: slug } },
  steps: [
    { id: 'read', name: 'Read it', use: 'script', with: { code: '#{ sku: trigger.body.sku }' } },
    {
      id: 'order',
      name: 'The order',
      use: 'dinkoko-erp.create_sales_order',
      connection: 'erp',
      after: ['read'],
      with: {
        customer_code: 'C0001',
        reference,
        lines: [{ sku: '{{ steps.read.sku }}', quantity: 1 }],
      },
    },
    {
      id: 'told',
      name: 'Tell them',
      use: 'script',
      after: ['order'],
      with: { code: '"done " + steps.read.sku' },
    },
  ],
});

const results = (page: Page, name: string) => page.getByRole('listitem').getByRole('button', { name });

for (const language of LANGUAGES) {
  const say = words(language);
  const at = (name: string) => `${name}-${language.toLowerCase()}`;

  test(`a step is tried alone, and the flow up to it; nothing is written unless it is ticked (${language})`, async ({
    page,
    company,
  }) => {
    const slug = at('tried');
    const reference = `TRIED-${language}`;
    await put(company, hook(slug, reference));
    await keepSample(company, slug, 'usual', { trigger: { body: { sku: 'P-1001' } } });
    await enter(page, company, language, `/flows/${slug}?step=read&part=output`);
    const output = page.getByRole('region', { name: say.panel.tabs.output });
    await page.getByRole('button', { name: say.panel.test.step }).click();
    await expect(output.getByText('"P-1001"')).toBeVisible();

    // What it gave is there for the next one, which shows the exact request and sends nothing.
    await page.goto(page.url().replace('step=read', 'step=order'));
    await page.getByRole('button', { name: say.panel.test.ways }).click();
    await page.getByRole('menuitem', { name: say.panel.test.upTo }).click();
    await expect(output.getByText(say.panel.result.wouldSend)).toBeVisible();
    await expect(output.getByText(/^POST http.*\/api\/sales-orders$/)).toBeVisible();
    await expect(output.getByText(say.panel.result.notSent)).toBeVisible();
    const body = output
      .getByRole('region', { name: say.panel.result.body })
      .or(output.getByLabel(say.panel.result.body));
    await expect(body.first()).toContainText(reference);
    await expect(body.first()).toContainText('C0001');
    expect(await ordersInErp(company, reference), 'nothing was written').toBe(0);

    // Ticked, with what it means said: now there is an order.
    const real = page.getByRole('checkbox', { name: say.panel.test.forReal });
    await expect(real).not.toBeChecked();
    await real.check();
    await expect(
      output.getByText(filled(say.panel.test.forRealStep, { system: 'Dinkoko ERP' })),
    ).toBeVisible();
    await page.getByRole('button', { name: say.panel.test.ways }).click();
    await page.getByRole('menuitem', { name: say.panel.test.upTo }).click();
    await expect(output.getByText(say.common.stepStatus.succeeded)).toBeVisible();
    await expect(output.getByText(/SO\d|"SO/).first()).toBeVisible();
    expect(await ordersInErp(company, reference), 'one order was written').toBe(1);
  });

  test(`the whole draft is tried without writing (${language})`, async ({ page, company }) => {
    const slug = at('whole');
    const reference = `WHOLE-${language}`;
    await put(company, hook(slug, reference));
    await keepSample(company, slug, 'usual', { trigger: { body: { sku: 'P-1002' } } });
    await enter(page, company, language, `/flows/${slug}`);
    await page.getByRole('button', { name: say.builder.header.test, exact: true }).click();
    await page.getByRole('button', { name: say.panel.test.start }).click();
    const panel = page.getByRole('complementary', { name: say.builder.side.test });
    await expect(panel.getByText(say.common.runStatus.succeeded)).toBeVisible();
    await expect(results(page, 'The order')).toContainText(say.panel.result.notSent);
    await results(page, 'Tell them').click();
    await expect(panel.getByText('"done P-1002"')).toBeVisible();
    expect(await ordersInErp(company, reference), 'nothing was written').toBe(0);

    // For real, all of it is.
    await page.getByRole('checkbox', { name: say.panel.test.forReal }).check();
    await expect(panel.getByText(say.panel.test.forRealFlow)).toBeVisible();
    await page.getByRole('button', { name: say.panel.test.start }).click();
    await expect(results(page, 'The order')).toBeVisible();
    await expect(results(page, 'The order')).not.toContainText(say.panel.result.notSent);
    await expect(panel.getByText(say.common.runStatus.succeeded)).toBeVisible();
    expect(await ordersInErp(company, reference), 'one order was written').toBe(1);
  });

  test(`the next real call is taken as a sample, kept and chosen (${language})`, async ({
    page,
    company,
  }) => {
    const slug = at('listens');
    await put(company, hook(slug, `LISTENS-${language}`));
    await keepSample(company, slug, 'older', { trigger: { body: { sku: 'P-1003' } } });
    const owner = await company.owner();
    await enter(page, company, language, `/flows/${slug}?step=trigger&part=output`);
    await page.getByRole('button', { name: say.panel.listen.start }).click();
    const address = page.getByRole('textbox', { name: say.panel.webhook.address });
    await expect(address).toHaveValue(new RegExp(`/hooks/${slug}$`));
    const call = await owner.post(new URL(await address.inputValue()).pathname, { data: { sku: 'P-1077' } });
    expect(call.ok()).toBe(true);
    await expect(page.getByText('"P-1077"')).toBeVisible();
    const { runs } = await (await owner.get(`/api/v1/runs?flow=${slug}`)).json();
    expect(runs, 'it starts nothing').toEqual([]);

    // It is a sample now, in use; another can be pinned, and stays so.
    const samples = page.getByRole('region', { name: say.panel.samples.title });
    await expect(samples.getByText(/^heard-/)).toBeVisible();
    await expect(samples.getByText(say.panel.samples.inUse, { exact: true })).toHaveCount(1);
    const older = samples.getByRole('button', {
      name: filled(say.panel.samples.pinOf, { name: 'older' }),
    });
    await expect(older).toHaveAttribute('aria-pressed', 'false');
    await older.click();
    await expect(page.getByText('"P-1003"')).toBeVisible();
    await enter(page, company, language, `/flows/${slug}?step=trigger&part=output`);
    await expect(older).toHaveAttribute('aria-pressed', 'true');

    // Data by hand is kept under a name.
    await samples.getByRole('button', { name: say.panel.samples.keep }).click();
    await page.getByRole('menuitem', { name: say.panel.samples.byHand }).click();
    const dialog = page.getByRole('dialog', { name: say.panel.samples.newTitle });
    await dialog.getByRole('textbox', { name: say.common.name }).fill('by-hand');
    await dialog.getByRole('button', { name: say.common.save }).click();
    await expect(samples.getByText('by-hand', { exact: true })).toBeVisible();
    const kept = await (await owner.get(`/api/v1/flows/${slug}/samples/by-hand`)).json();
    expect(kept.trigger).toMatchObject({ body: { sku: 'P-1003' } });
    await owner.dispose();
  });
}
