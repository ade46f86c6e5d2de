/** Every page, in both languages and both themes: accessible, whole, and asking nobody else. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { enter, expect, type Installation, LANGUAGES, test } from './server';

const FLOW = 'quote-to-erp-order';

/** Addresses of pages that need something to be there first. */
async function pages(company: Installation): Promise<string[]> {
  const owner = await company.owner();
  const started = await owner.post('/api/v1/flows/customer-to-erp/draft/test', {
    data: { dry_run: true, trigger: { body: {} } },
  });
  const run = started.ok() ? ((await started.json()) as { run: string }).run : undefined;
  await owner.dispose();
  return [
    '/',
    '/overview',
    '/flows',
    '/flows?new=1',
    '/flows/import',
    `/flows/${FLOW}`,
    `/flows/${FLOW}?step=customer`,
    `/flows/${FLOW}/versions`,
    '/runs',
    ...(run ? [`/runs/${run}`] : []),
    '/dead-letters',
    '/approvals',
    '/map',
    '/connections',
    '/connections/erp',
    '/connectors',
    '/connectors/dinkoko-erp',
    '/secrets',
    '/people',
    '/people?tab=tokens',
    '/settings',
    '/profile',
    '/nowhere',
  ];
}

/** Nothing on the way any more. */
async function settled(page: Page) {
  await page
    .locator('main h1')
    .first()
    .waitFor()
    .catch(() => undefined);
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  await page.waitForTimeout(400);
}

/** A text that is not there shows its key, as `runs.list.title`. */
const KEY =
  /\b(common|shell|home|flows|builder|panel|runs|approvals|connections|connectors|admin|overview|map)\.[a-z]\w*\.\w[\w.]*/;

test('every page is accessible in both themes, and says everything in both languages', {
  tag: '@pages',
}, async ({ page, company }) => {
  test.setTimeout(600_000);
  const foreign: string[] = [];
  page.on('request', (asked) => {
    if (!asked.url().startsWith(company.url) && !/^(data|blob):/.test(asked.url())) foreign.push(asked.url());
  });
  const faults: string[] = [];
  for (const path of await pages(company)) {
    for (const [language, colorScheme] of [
      ['en', 'light'],
      ['zh-TW', 'dark'],
    ] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await enter(page, company, language, path);
      await settled(page);
      const at = `${path} (${language}, ${colorScheme})`;
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
        .analyze();
      for (const one of violations) {
        const first = one.nodes[0];
        faults.push(
          `${at}: ${one.id} x${one.nodes.length} ${first?.target.join(' ')} ${first?.any[0]?.message ?? ''}`,
        );
      }
      const text = await page.locator('body').innerText();
      const key = KEY.exec(text);
      if (key) faults.push(`${at}: shows the key ${key[0]}`);
      const headings = await page.locator('h1').count();
      if (headings !== 1) faults.push(`${at}: ${headings} h1`);
      await expect(page.locator('html')).toHaveAttribute('lang', language === 'en' ? 'en' : 'zh-Hant-TW');
    }
  }
  expect(faults).toEqual([]);
  expect(foreign, 'a request left the origin').toEqual([]);
});

for (const language of LANGUAGES) {
  test(`runs and approvals fit a phone (${language})`, async ({ page, company }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const path of ['/', '/runs', '/approvals', '/dead-letters', '/overview']) {
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
