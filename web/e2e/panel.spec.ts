/** Setting a step up: values and formulas, earlier data put in, connections, what happens on failure, scripts. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expectSaved, type Flow, keepSample, put } from './drafts';
import { enter, expect, type Installation, LANGUAGES, type Language, test } from './server';
import { filled, words } from './words';

/** How the systems call their fields. */
const NAMES = {
  en: { english: 'English name', tax: 'Tax number', customer: 'Customer code' },
  'zh-TW': { english: '英文名稱', tax: '統一編號', customer: '客戶代號' },
};
const slugOf = (language: Language) => `panel-journey-${language.toLowerCase()}`;
const flow = (language: Language): Flow => ({
  causeway: 1,
  kind: 'flow',
  slug: slugOf(language),
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
    { id: 'sum', name: 'The sum', use: 'script', after: ['order'], with: { code: '' } },
  ],
});

/** With a sample, so that there is something to see. */
async function begin(page: Page, company: Installation, language: Language, step: string, more = '') {
  await put(company, flow(language));
  await keepSample(company, slugOf(language), 'usual', {
    trigger: { input: { note: 'As agreed' } },
    outputs: { customer: { id: 'DL00001', name_en: 'Sea Breeze', tax_id: '12345675' } },
  });
  await enter(page, company, language, `/flows/${slugOf(language)}?sample=sample:usual&step=${step}${more}`);
}
const field = (page: Page, name: string) => page.locator(`[data-field="/steps/1/with/${name}"]`);

for (const language of LANGUAGES) {
  const say = words(language);
  const names = NAMES[language];
  /** What is saved of the step with this id. */
  const step = (company: Installation, id: string) =>
    expectSaved(company, slugOf(language), ({ steps }) => steps.find((one) => one.id === id));

  test(`earlier data is put into a field by typing a slash (${language})`, async ({ page, company }) => {
    await begin(page, company, language, 'order');
    const note = field(page, 'note').locator('.cm-content');
    await note.click();
    await page.keyboard.type('For /');
    await page.keyboard.type(names.english.slice(0, 4));
    const found = page.getByRole('option', { name: new RegExp(names.english) });
    await expect(found, 'with what the sample holds').toContainText('Sea Breeze');
    await page.keyboard.press('Enter');
    await expect(note.locator('.cm-chip')).toHaveText(`The customer › ${names.english}`);
    await expect(field(page, 'note').getByRole('status')).toContainText('For Sea Breeze');
    await step(company, 'order').toMatchObject({ with: { note: 'For {{ steps.customer.name_en }}' } });

    // Any field may be a formula; what it gives stands below, and it goes back to a value.
    const asked = field(page, 'customer_code');
    await asked
      .getByRole('button', { name: filled(say.panel.field.formulaFor, { field: names.customer }) })
      .click();
    await asked.locator('.cm-content').click();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('"C" + steps.customer.tax_id');
    await expect(asked.getByRole('status')).toContainText('C12345675');
    await step(company, 'order').toMatchObject({
      with: { customer_code: '{{ "C" + steps.customer.tax_id }}' },
    });
    await asked.locator('.cm-content').click();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('"C0002"');
    await asked
      .getByRole('button', { name: filled(say.panel.field.formulaFor, { field: names.customer }) })
      .click();
    await step(company, 'order').toMatchObject({ with: { customer_code: 'C0002' } });
  });

  test(`a value is dragged from the input onto a field (${language})`, async ({ page, company }) => {
    await begin(page, company, language, 'order', '&wide=1');
    const input = page.getByRole('region', { name: say.panel.tabs.input }).first();
    const tax = input.getByRole('button', { name: new RegExp(`^${names.tax}:`) });
    await tax.dragTo(field(page, 'customer_code'));
    await step(company, 'order').toMatchObject({
      with: { customer_code: expect.stringContaining('{{ steps.customer.tax_id }}') },
    });
    await expect(field(page, 'customer_code').locator('.cm-chip')).toHaveText(`The customer › ${names.tax}`);
    await expect(field(page, 'customer_code').getByRole('status')).toContainText('12345675');
  });

  test(`fields are mapped by keyboard, and what is missing is counted (${language})`, async ({
    page,
    company,
  }) => {
    await begin(page, company, language, 'order');
    await page.getByRole('button', { name: say.panel.mapping.open }).click();
    const view = page.getByRole('dialog', {
      name: filled(say.panel.mapping.title, { step: 'The order' }),
    });
    await expect(view.getByText(say.panel.mapping.complete)).toBeVisible();
    await view
      .getByRole('button', { name: filled(say.panel.field.clearOf, { field: names.customer }) })
      .click();
    await expect(view.getByText(filled(say.panel.mapping.missing_one, { count: 1 }))).toBeVisible();
    const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag22aa']).analyze();
    expect(found.violations.map((one) => one.id)).toEqual([]);
    await view
      .getByRole('button', { name: new RegExp(`^${names.tax}`) })
      .first()
      .focus();
    await page.keyboard.press('Enter');
    await view
      .getByRole('button', { name: filled(say.panel.mapping.putHere, { field: names.customer }) })
      .focus();
    await page.keyboard.press('Enter');
    await expect(view.getByText(say.panel.mapping.complete)).toBeVisible();
    await step(company, 'order').toMatchObject({ with: { customer_code: '{{ steps.customer.tax_id }}' } });
  });

  test(`a connection is made where it is chosen (${language})`, async ({ page, company }) => {
    const owner = await company.owner();
    const { settings } = (await (await owner.get('/api/v1/connections/erp')).json()).environments.production;
    const title = `Second ERP ${language}`;
    await begin(page, company, language, 'order');
    await page.getByRole('button', { name: say.panel.connection.new }).click();
    const dialog = page.getByRole('dialog', {
      name: filled(say.panel.connection.newTitle, { system: 'Dinkoko ERP' }),
    });
    await dialog
      .getByRole('textbox', { name: /client|用戶端/i })
      .first()
      .fill('causeway');
    await dialog.locator('input[type=password]').first().fill('demo-secret');
    await dialog.getByRole('button', { name: say.connections.form.further }).click();
    await dialog
      .getByRole('textbox', { name: language === 'en' ? /^Address/ : /^位址/ })
      .fill(settings.base_url);
    await dialog.getByRole('textbox', { name: say.connections.form.titleLabel }).fill(title);
    await dialog.getByRole('button', { name: say.connections.form.saveAndTest }).click();
    await dialog.getByRole('button', { name: say.common.done }).click();
    await expect(page.getByRole('combobox', { name: say.panel.connection.label })).toHaveValue(title);
    await step(company, 'order').toMatchObject({ connection: `second-erp-${language.toLowerCase()}` });
    // The others have one connection to choose again.
    await put(company, flow(language));
    const gone = await owner.delete(`/api/v1/connections/second-erp-${language.toLowerCase()}`);
    expect(gone.ok(), await gone.text()).toBe(true);
    await owner.dispose();
  });

  test(`what happens on failure is chosen in plain words (${language})`, async ({ page, company }) => {
    await begin(page, company, language, 'order');
    await page.getByRole('button', { name: new RegExp(`^${say.panel.failure.title}`) }).click();
    await page.getByRole('switch', { name: say.panel.failure.again }).check({ force: true });
    await page.getByRole('textbox', { name: say.panel.failure.attempts }).fill('4');
    await step(company, 'order').toMatchObject({ retry: { attempts: 4 } });
    await page.getByRole('textbox', { name: say.panel.failure.timeout }).fill('20');
    await step(company, 'order').toMatchObject({ timeout: '20s' });
    await page.getByRole('radio', { name: say.panel.failure.doubtFail }).check();
    await step(company, 'order').toMatchObject({ on_doubt: 'fail' });
    await page.getByRole('radio', { name: say.panel.failure.path }).click();
    // It leads on to a step of its own, which is opened at once.
    await expect(page.getByRole('textbox', { name: say.panel.head.name })).toHaveValue(
      say.panel.failure.handle,
    );
    await expectSaved(company, slugOf(language), ({ steps }) =>
      steps.filter((one) => one.after?.includes('order.error')).map((one) => one.use),
    ).toEqual(['script']);
  });

  test(`the script editor knows what can be read, and what functions do (${language})`, async ({
    page,
    company,
  }) => {
    await begin(page, company, language, 'sum');
    const code = page.getByRole('textbox', { name: say.panel.script.label, exact: true });
    await code.click();
    await page.keyboard.type('let tax = steps.');
    const offered = page.locator('.cm-tooltip-autocomplete').getByRole('option');
    await expect(offered.filter({ hasText: 'customer' })).toContainText('The customer');
    await page.keyboard.type('customer.tax');
    await expect(offered.first()).toContainText('12345675');
    await page.keyboard.press('Enter');
    await page.keyboard.type(';\nro');
    await expect(offered.filter({ hasText: 'roc_date' })).toBeVisible();
    await page.keyboard.type('c_date');
    // What it does, with examples, in the language of the reader.
    const docs = page.locator('.cm-completionInfo');
    await expect(docs.locator('.cm-info-signature')).toContainText('roc_date(');
    await expect(docs.locator('.cm-info-text')).toHaveText(language === 'en' ? /[a-z]/ : /[一-鿿]/);
    await expect(docs.locator('.cm-info-example')).not.toHaveCount(0);
    await page.keyboard.press('Escape');
    for (let typed = 0; typed < 'roc_date'.length; typed++) await page.keyboard.press('Backspace');
    await page.keyboard.type('#{ tax: tax }');
    // Words of the language and texts have colours of their own.
    const colour = (text: string) =>
      code
        .getByText(text, { exact: true })
        .first()
        .evaluate((span) => getComputedStyle(span).color);
    expect(await colour('let')).not.toBe(await code.evaluate((all) => getComputedStyle(all).color));

    // It runs on the sample; the time stands beside what it gives.
    await page.getByRole('button', { name: say.panel.script.run, exact: true }).click();
    const result = page.getByRole('status', { name: say.panel.script.result });
    await expect(result).toContainText('12345675');
    await expect(result).toContainText(/[0-9.]+\s?(µs|ms|微秒|毫秒)/);
    await step(company, 'sum').toMatchObject({
      with: { code: 'let tax = steps.customer.tax_id;\n#{ tax: tax }' },
    });
  });
}
