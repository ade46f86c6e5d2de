/** What admins and editors do with systems and people: connect, try, rotate, refuse, invite. */
import { enter, expect, test } from './server';

test('a connection is made, tried, put right, rotated, and deleted', async ({ page, company }) => {
  const owner = await company.owner();
  const { settings } = (
    (await (await owner.get('/api/v1/connections/crm')).json()) as {
      environments: { production: { settings: { base_url: string } } };
    }
  ).environments.production;

  await enter(page, company, 'en', '/connections');
  await page.getByRole('button', { name: 'New connection' }).first().click();
  await page.getByPlaceholder(/Search systems/).fill('danlee');
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: /^API key/ }).fill('wrong');
  await page.getByRole('button', { name: 'Address and more' }).click();
  await page.getByRole('textbox', { name: /^Address/ }).fill(settings.base_url);
  await page.getByRole('button', { name: 'Save and test' }).click();
  // Refused by the system: what to do stands there, and what was typed is still there.
  await expect(page.getByText('It does not work yet')).toBeVisible();
  await expect(page.getByText(/Compare the credentials/)).toBeVisible();
  await page.getByRole('textbox', { name: /^API key/ }).fill('demo-secret');
  await page.getByRole('button', { name: 'Save and test again' }).click();
  await expect(page.getByText(/It works/)).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).click();

  await expect(page).toHaveURL(/\/connections\/danlee-crm$/);
  await page.getByRole('tab', { name: 'Settings and credentials' }).click();
  // Nothing of what is stored is on the page.
  await expect(page.getByText(/^Set .* ago|^Set now/)).toBeVisible();
  expect(await page.content()).not.toContain('demo-secret');
  await page.getByRole('button', { name: 'Replace API key' }).click();
  await page.getByRole('textbox', { name: /^API key/ }).fill('demo-secret');
  await page.getByRole('button', { name: 'Save' }).nth(1).click();
  await expect(page.getByText('Saved. Runs use it')).toBeVisible();
  const kept = await owner.get(
    '/api/v1/audit?subject=connection:danlee-crm&action=connection.credentials_set',
  );
  expect(((await kept.json()) as { entries: unknown[] }).entries.length).toBeGreaterThan(1);

  await page.getByRole('button', { name: 'More about this connection' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page).toHaveURL(/\/connections$/);
  expect((await owner.get('/api/v1/connections/danlee-crm')).status()).toBe(404);
  await owner.dispose();
});

test('a connection in use is not deleted: where it is used stands there', async ({ page, company }) => {
  await enter(page, company, 'zh-TW', '/connections/erp');
  await page.getByRole('button', { name: '此連線的其他動作' }).click();
  await page.getByRole('menuitem', { name: '刪除' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(/個已發布的流程正在使用此連線/)).toBeVisible();
  await expect(dialog.getByText('quote-to-erp-order')).toBeVisible();
  await expect(dialog.getByRole('button', { name: '刪除' })).toHaveCount(0);
});

test('faults of a form stand at their fields', async ({ page, company }) => {
  await enter(page, company, 'en', '/connections?new=ecpay-einvoice');
  await page.getByRole('textbox', { name: /^HashKey/ }).fill('short');
  await page.getByRole('button', { name: 'Save and test' }).click();
  await expect(page.getByText(/Please look at the/)).toBeVisible();
  await expect(page.getByRole('textbox', { name: /^HashKey/ })).toHaveAttribute('aria-invalid', 'true');
});

test('an operation reads as a table of fields', async ({ page, company }) => {
  await enter(page, company, 'zh-TW', '/connectors/dinkoko-erp?tab=operations&open=create_sales_order');
  const table = page.getByRole('region', { name: '輸入內容' });
  await expect(table.getByRole('row', { name: /客戶代號.*文字.*下單的客戶/ }).first()).toBeVisible();
  await page.getByRole('textbox', { name: '搜尋操作' }).fill('出貨');
  await expect(page.getByRole('button', { name: /create_sales_order/ })).toHaveCount(0);
});

test('somebody is added, and a token shown once', async ({ page, company }) => {
  await enter(page, company, 'en', '/people?new=1');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Chen Wei');
  await dialog.getByRole('textbox', { name: 'Mail address' }).fill('chen.wei@example.com');
  const password = await dialog.getByRole('textbox', { name: 'Password' }).inputValue();
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.getByText('chen.wei@example.com may sign in now.')).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('cell', { name: /^Chen Wei/ })).toBeVisible();
  const signedIn = await page.request.post(`${company.url}/api/v1/sessions`, {
    data: { email: 'chen.wei@example.com', password },
  });
  expect(signedIn.status()).toBe(201);

  await enter(page, company, 'en', '/people?tab=tokens&new=1');
  await page.getByRole('textbox', { name: 'What is it for?' }).fill('report');
  await page.getByRole('button', { name: 'Make token' }).click();
  const token = await page.getByRole('textbox', { name: 'Token', exact: true }).inputValue();
  expect(token).toMatch(/^cw_/);
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await expect(page.getByRole('cell', { name: /report/ }).first()).toBeVisible();
  expect(await page.content()).not.toContain(token);
});

test('a variable keeps its type', async ({ page, company }) => {
  const owner = await company.owner();
  await owner.put('/api/v1/variables/tax_rate', { data: { value: 0.05 } });
  await enter(page, company, 'en', '/secrets?tab=variables&edit=tax_rate');
  await page.getByRole('textbox', { name: 'Value' }).fill('five');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('This is not a number.')).toBeVisible();
  await page.getByRole('textbox', { name: 'Value' }).fill('0.1');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('The variable tax_rate is set')).toBeVisible();
  const { value } = (await (await owner.get('/api/v1/variables/tax_rate')).json()) as { value: unknown };
  expect(value).toBe(0.1);
  await owner.dispose();
});
