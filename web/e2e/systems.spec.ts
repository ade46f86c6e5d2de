/** What admins and editors do with systems and people: connect, try, rotate, refuse, invite. */
import { addressOf } from './flows';
import { enter, expect, LANGUAGES, test } from './server';
import { filled, patternOf, words } from './words';

/** What connectors call their fields. */
const FIELDS = {
  en: { key: 'API key', address: 'Address', customer: /Customer code.*Text.*Who orders/ },
  'zh-TW': { key: 'API 金鑰', address: '位址', customer: /客戶代號.*文字.*下單的客戶/ },
};

for (const language of LANGUAGES) {
  const say = words(language);
  const field = FIELDS[language];

  test(`a connection is made, tried, put right, rotated, and deleted (${language})`, async ({
    page,
    company,
  }) => {
    const owner = await company.owner();
    const address = await addressOf(owner, 'crm');

    await enter(page, company, language, '/connections');
    await page.getByRole('button', { name: say.connections.new }).first().click();
    await page.getByPlaceholder(say.connections.searchSystem).fill('danlee');
    await page.keyboard.press('Enter');
    const key = page.getByRole('textbox', { name: new RegExp(`^${field.key}`) });
    await key.fill('wrong');
    await page.getByRole('button', { name: say.connections.form.further }).click();
    await page.getByRole('textbox', { name: new RegExp(`^${field.address}`) }).fill(address);
    await page.getByRole('button', { name: say.connections.form.saveAndTest, exact: true }).click();
    // Refused by the system: what to do stands there, and what was typed is still there.
    await expect(page.getByText(say.connections.test.fails)).toBeVisible();
    await expect(page.getByText(say.connections.test.advice.auth)).toBeVisible();
    await key.fill('demo-secret');
    await page.getByRole('button', { name: say.connections.form.saveAndTestAgain }).click();
    await expect(page.getByText(patternOf(say.connections.test.works))).toBeVisible();
    await page.getByRole('button', { name: say.common.done }).click();

    await expect(page).toHaveURL(/\/connections\/danlee-crm$/);
    await page.getByRole('tab', { name: say.connections.tabs.settings }).click();
    // Nothing of what is stored is on the page.
    await expect(page.getByText(patternOf(say.connections.form.setSince))).toBeVisible();
    expect(await page.content()).not.toContain('demo-secret');
    await page
      .getByRole('button', { name: filled(say.connections.form.replaceField, { field: field.key }) })
      .click();
    await key.fill('demo-secret');
    await page.getByRole('button', { name: say.common.save }).nth(1).click();
    await expect(page.getByText(say.connections.saved)).toBeVisible();
    const kept = await owner.get(
      '/api/v1/audit?subject=connection:danlee-crm&action=connection.credentials_set',
    );
    expect(((await kept.json()) as { entries: unknown[] }).entries.length).toBeGreaterThan(1);

    await page.getByRole('button', { name: say.connections.more }).click();
    await page.getByRole('menuitem', { name: say.common.delete }).click();
    await page.getByRole('dialog').getByRole('button', { name: say.common.delete }).click();
    await expect(page).toHaveURL(/\/connections$/);
    expect((await owner.get('/api/v1/connections/danlee-crm')).status()).toBe(404);
    await owner.dispose();
  });

  test(`a connection in use is not deleted: where it is used stands there (${language})`, async ({
    page,
    company,
  }) => {
    await enter(page, company, language, '/connections/erp');
    await page.getByRole('button', { name: say.connections.more }).click();
    await page.getByRole('menuitem', { name: say.common.delete }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByText(patternOf(say.connections.delete.inUse_other))).toBeVisible();
    await expect(dialog.getByText('quote-to-erp-order')).toBeVisible();
    await expect(dialog.getByRole('button', { name: say.common.delete })).toHaveCount(0);
  });

  test(`faults of a form stand at their fields (${language})`, async ({ page, company }) => {
    await enter(page, company, language, '/connections?new=ecpay-einvoice');
    await page.getByRole('textbox', { name: /^HashKey/ }).fill('short');
    await page.getByRole('button', { name: say.connections.form.saveAndTest }).click();
    await expect(
      page
        .getByText(patternOf(say.connections.form.fieldsWrong_one))
        .or(page.getByText(patternOf(say.connections.form.fieldsWrong_other))),
    ).toBeVisible();
    await expect(page.getByRole('textbox', { name: /^HashKey/ })).toHaveAttribute('aria-invalid', 'true');
  });

  test(`connectors are found by the kind of their system (${language})`, async ({ page, company }) => {
    await enter(page, company, language, '/connectors');
    await page.getByRole('combobox', { name: say.connectors.category.label }).click();
    await page.getByRole('option', { name: say.connectors.category.shop }).click();
    await expect(page.getByRole('link', { name: 'WooCommerce' })).toBeVisible();
    await expect(page.getByRole('link', { name: 'Dinkoko ERP' })).toHaveCount(0);
    await expect(page).toHaveURL(/category=shop/);
  });

  test(`an operation reads as a table of fields (${language})`, async ({ page, company }) => {
    await enter(page, company, language, '/connectors/dinkoko-erp?tab=operations&open=create_sales_order');
    const table = page.getByRole('region', { name: say.connectors.input });
    await expect(table.getByRole('row', { name: field.customer }).first()).toBeVisible();
    await page.getByRole('textbox', { name: say.connectors.searchOperations }).fill('shipment');
    await expect(page.getByRole('button', { name: /create_sales_order/ })).toHaveCount(0);
    await expect(page.getByRole('button', { name: /shipment/ }).first()).toBeVisible();
  });

  test(`somebody is added, and a token shown once (${language})`, async ({ page, company }) => {
    const email = `chen.wei.${language.toLowerCase()}@example.com`;
    await enter(page, company, language, '/people?new=1');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: say.admin.people.name }).fill('Chen Wei');
    await dialog.getByRole('textbox', { name: say.admin.people.email }).fill(email);
    const password = await dialog.getByRole('textbox', { name: say.admin.people.firstPassword }).inputValue();
    await page.getByRole('button', { name: say.admin.people.add, exact: true }).click();
    await expect(page.getByText(filled(say.admin.people.added, { email }))).toBeVisible();
    await page.getByRole('button', { name: say.common.done }).click();
    await expect(page.getByRole('cell', { name: email })).toBeVisible();
    const signedIn = await page.request.post(`${company.url}/api/v1/sessions`, { data: { email, password } });
    expect(signedIn.status()).toBe(201);

    await enter(page, company, language, '/people?tab=tokens&new=1');
    await page.getByRole('textbox', { name: say.admin.tokens.name }).fill(`report-${language}`);
    await page.getByRole('button', { name: say.admin.tokens.make }).click();
    const token = await page.getByRole('textbox', { name: say.admin.tokens.token, exact: true }).inputValue();
    expect(token).toMatch(/^cw_/);
    await page.getByRole('button', { name: say.admin.tokens.kept }).click();
    await expect(page.getByRole('cell', { name: `report-${language}` }).first()).toBeVisible();
    expect(await page.content()).not.toContain(token);
  });

  test(`a variable keeps its type (${language})`, async ({ page, company }) => {
    const owner = await company.owner();
    await owner.put('/api/v1/variables/tax_rate', { data: { value: 0.05 } });
    await enter(page, company, language, '/secrets?tab=variables&edit=tax_rate');
    await page.getByRole('textbox', { name: say.admin.value }).fill('five');
    await page.getByRole('button', { name: say.common.save }).click();
    await expect(page.getByText(say.admin.variables.faults.number)).toBeVisible();
    await page.getByRole('textbox', { name: say.admin.value }).fill('0.1');
    await page.getByRole('button', { name: say.common.save }).click();
    await expect(page.getByText(filled(say.admin.variables.saved, { name: 'tax_rate' }))).toBeVisible();
    const { value } = (await (await owner.get('/api/v1/variables/tax_rate')).json()) as { value: unknown };
    expect(value).toBe(0.1);
    await owner.dispose();
  });
}
