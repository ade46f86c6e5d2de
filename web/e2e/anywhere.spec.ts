/** Getting anywhere: Ctrl+K, addresses that hold what they showed, and addresses that hold nothing. */
import type { Page } from '@playwright/test';
import { call, hookFlow, put, tail } from './flows';
import { enter, expect, LANGUAGES, test } from './server';
import { words } from './words';

for (const language of LANGUAGES) {
  const say = words(language);
  const end = tail(language);

  test(`Ctrl+K goes to a page, a flow and a run (${language})`, async ({ page, company }) => {
    const owner = await company.owner();
    const [slug, name] = [`sought-${end}`, `Sought ${end}`];
    await put(owner, hookFlow(slug, name), true);
    const run = await call(company, owner, slug, {});
    await owner.dispose();
    const search = page.getByPlaceholder(say.shell.search);
    const look = async (text: string, found: RegExp) => {
      await page.keyboard.press('Control+K');
      await search.fill(text);
      await expect(option(page, found)).toBeVisible();
    };
    await enter(page, company, language, '/overview');
    await expect(page.getByRole('heading', { level: 1, name: say.shell.nav.overview })).toBeVisible();

    await look(say.shell.nav.map, new RegExp(say.shell.nav.map));
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/map$/);
    await expect(page.getByRole('heading', { level: 1, name: say.shell.nav.map })).toBeVisible();

    await look(name, new RegExp(slug));
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();

    // The first digits of a run, as a colleague reads them out.
    await look(run.slice(0, 13), new RegExp(run));
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(new RegExp(`/runs/${run}`));

    await look(say.shell.spotlight.newFlow, new RegExp(say.shell.spotlight.newFlow));
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog', { name: say.flows.new.title })).toBeVisible();
    await page.keyboard.press('Escape');

    await page.keyboard.press('Control+K');
    await search.fill('nobody calls anything so');
    await expect(page.getByText(say.shell.spotlight.nothing)).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(search).toBeHidden();
  });

  test(`an address that holds nothing says so, and what to do (${language})`, async ({ page, company }) => {
    await enter(page, company, language, '/nowhere/at/all');
    await expect(page.getByRole('heading', { name: say.shell.notFound.title })).toBeVisible();
    await page.getByRole('link', { name: say.shell.notFound.home }).click();
    await expect(page).toHaveURL(`${company.url}/`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    // Of a thing that is not there, the page of its kind says that.
    for (const path of [
      '/flows/never-made',
      '/flows/never-made/versions',
      '/runs/00000000-0000-7000-8000-000000000000',
    ]) {
      await page.goto(`${company.url}${path}`);
      await expect(page.getByRole('alert').first(), path).toBeVisible();
    }
  });

  test(`what cannot be loaded says why, and loads once the server answers (${language})`, async ({
    page,
    company,
  }) => {
    let down = true;
    const problem = {
      code: 'store_unavailable',
      status: 503,
      detail: 'The store does not answer.',
      text: { en: 'The store does not answer.', 'zh-TW': '資料庫沒有回應。' },
    };
    for (const [path, asked, heading] of [
      ['/overview', '**/api/v1/overview?*', say.shell.nav.overview],
      ['/map', '**/api/v1/system-map', say.shell.nav.map],
      ['/flows', '**/api/v1/flows?*', say.flows.title],
    ] as const) {
      down = true;
      await page.route(asked, (route) =>
        down
          ? route.fulfill({
              status: 503,
              contentType: 'application/problem+json',
              body: JSON.stringify(problem),
            })
          : route.fallback(),
      );
      await enter(page, company, language, path);
      await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
      const alert = page.getByRole('alert').filter({ hasText: problem.text[language] });
      await expect(alert).toBeVisible();
      down = false;
      await alert.getByRole('button', { name: say.common.retry }).click();
      await expect(alert).toBeHidden();
    }
  });
}

test('an installation where nothing has run begins with what to do', async ({ page, fresh }) => {
  const say = words('zh-TW');
  await enter(page, fresh, 'zh-TW', '/overview');
  await expect(page.getByRole('heading', { name: say.overview.empty.title })).toBeVisible();
  await expect(page.getByRole('link', { name: say.overview.empty.recipes })).toBeVisible();
  await page.goto(`${fresh.url}/flows`);
  await expect(page.getByRole('heading', { name: say.flows.empty.title })).toBeVisible();
  await page.goto(`${fresh.url}/map`);
  await expect(page.getByRole('heading', { name: say.map.empty.title })).toBeVisible();
  await page.getByRole('button', { name: say.map.add.system }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: say.map.system.name }).fill('薪資系統');
  await dialog.getByRole('button', { name: say.common.add }).click();
  await expect(page.getByRole('complementary', { name: '薪資系統' })).toBeVisible();
});

const option = (page: Page, found: RegExp) =>
  page
    .locator('[data-mantine-stop-propagation], .mantine-Spotlight-action')
    .filter({ hasText: found })
    .first();
