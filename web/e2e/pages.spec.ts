/** Every page, in both languages and both themes: accessible, whole, and asking nobody else. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { enter, expect, type Installation, LANGUAGES, test } from './server';

/** Addresses of pages; `RUN` and `FAILED` stand for runs made for this. */
const PAGES = [
  '/',
  '/overview',
  '/flows',
  '/flows?new=1',
  '/flows/import',
  '/flows/quote-to-erp-order',
  '/flows/quote-to-erp-order?step=customer',
  '/flows/quote-to-erp-order/versions',
  '/runs',
  '/runs/RUN',
  '/runs/FAILED',
  '/dead-letters',
  '/runs/incoming',
  '/approvals',
  '/map',
  '/connections',
  '/connections/erp',
  '/connections?new=danlee-crm',
  '/connectors',
  '/connectors/dinkoko-erp',
  '/connectors/dinkoko-erp?tab=operations&open=create_sales_order',
  '/secrets',
  '/secrets?tab=variables',
  '/people',
  '/people?tab=tokens',
  '/people?tab=audit',
  '/settings',
  '/profile',
  // What is not there has a page too.
  '/nowhere',
  '/flows/nowhere',
  '/runs/01a20439-1674-7136-bdf9-4497d9d8f92d',
  '/connections/nowhere',
  '/connectors/nowhere',
];

/** A dry run, and one that failed. */
async function runs(company: Installation): Promise<Record<string, string>> {
  const owner = await company.owner();
  const tried = async (slug: string, trigger: unknown) => {
    const started = await owner.post(`/api/v1/flows/${slug}/draft/test`, {
      data: { dry_run: true, trigger },
    });
    expect(started.ok(), await started.text()).toBe(true);
    return ((await started.json()) as { run: string }).run;
  };
  const failing = {
    causeway: 1,
    kind: 'flow',
    name: 'Fails',
    trigger: { use: 'manual' },
    steps: [{ id: 'one', use: 'script', with: { code: 'throw "no such customer"' } }],
  };
  await owner.put('/api/v1/flows/fails/draft', { data: failing });
  const made = { RUN: await tried('customer-to-erp', { body: {} }), FAILED: await tried('fails', {}) };
  await owner.dispose();
  return made;
}

/** Nothing on the way any more. */
async function settled(page: Page) {
  await expect(page.locator('h1')).toHaveCount(1);
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  await page.waitForTimeout(400);
}

/** A text that is not there shows its key, as `runs.list.title`. */
const KEY =
  /\b(common|shell|home|flows|builder|panel|runs|approvals|connections|connectors|admin|overview|map)\.[a-z]\w*\.\w[\w.]*/;

let made: Record<string, string>;
test.beforeAll(async ({ company }) => {
  made = await runs(company);
});

for (const address of PAGES) {
  test(`${address} is accessible in both themes, and whole in both languages`, { tag: '@pages' }, async ({
    page,
    company,
  }) => {
    const path = address.replace(/RUN|FAILED/, (name) => made[name] ?? name);
    const foreign: string[] = [];
    page.on('request', (asked) => {
      if (!asked.url().startsWith(company.url) && !/^(data|blob):/.test(asked.url()))
        foreign.push(asked.url());
    });
    const faults: string[] = [];
    for (const [language, colorScheme] of [
      ['en', 'light'],
      ['zh-TW', 'dark'],
    ] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await enter(page, company, language, path);
      await settled(page);
      const at = `${language}, ${colorScheme}`;
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
        .analyze();
      for (const one of violations) {
        for (const node of one.nodes.slice(0, 3)) {
          const why = [...node.any, ...node.all, ...node.none][0]?.message ?? '';
          faults.push(`${at}: ${one.id} x${one.nodes.length} ${node.target.join(' ')} ${node.html} ${why}`);
        }
      }
      const text = await page.locator('body').innerText();
      const key = KEY.exec(text);
      if (key) faults.push(`${at}: shows the key ${key[0]}`);
      await expect(page.locator('html')).toHaveAttribute('lang', language === 'en' ? 'en' : 'zh-Hant-TW');
    }
    expect(faults).toEqual([]);
    expect(foreign, 'a request left the origin').toEqual([]);
  });
}

for (const language of LANGUAGES) {
  test(`runs and approvals fit a phone (${language})`, async ({ page, company }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const path of [
      '/',
      '/runs',
      '/approvals',
      '/dead-letters',
      '/runs/incoming',
      '/flows/import',
      '/overview',
      '/map',
    ]) {
      await enter(page, company, language, path);
      await settled(page);
      const [needed, there] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        window.innerWidth,
      ]);
      expect(needed, `${path} scrolls sideways`).toBeLessThanOrEqual(there ?? 0);
    }
  });
}
