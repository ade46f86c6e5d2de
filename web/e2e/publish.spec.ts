/** Publishing: what is wrong and the way there, what changes, and the versions that remain. */
import type { APIRequestContext, Page } from '@playwright/test';
import { type Document, hookFlow, put, tail } from './flows';
import { enter, expect, LANGUAGES, OWNER, test } from './server';
import { filled, words } from './words';

const script = (id: string, name: string, code: string, after?: string[]) => ({
  id,
  name,
  use: 'script',
  with: { code },
  ...(after && { after }),
});
/** Three lines, so that two versions of them stand side by side. */
const lines = (rate: string) => `let net = trigger.body.net;\nlet rate = ${rate};\nnet * rate`;
const flowOf = (slug: string, rate: string): Document =>
  hookFlow(slug, `Tax ${slug}`, { steps: [script('tax', 'Tax', lines(rate))] });

const draftOf = async (owner: APIRequestContext, slug: string) =>
  (await (await owner.get(`/api/v1/flows/${slug}/draft`)).json()) as {
    steps: { with: { code: string } }[];
  };
const publish = async (owner: APIRequestContext, slug: string) => {
  const answer = await owner.post(`/api/v1/flows/${slug}/publish`, { data: {} });
  expect(answer.ok(), await answer.text()).toBe(true);
};
/** Beside each other: at one height, the first left of the second. */
async function sideBySide(left: ReturnType<Page['locator']>, right: ReturnType<Page['locator']>) {
  await expect(left).toBeVisible();
  const [a, b] = [await left.boundingBox(), await right.boundingBox()];
  expect(a && b && a.x + a.width <= b.x && Math.abs(a.y - b.y) < 8, JSON.stringify([a, b])).toBe(true);
}

for (const language of LANGUAGES) {
  const say = words(language);
  const end = tail(language);

  test(`faults lead to their field, and what changes is seen before it is published (${language})`, async ({
    page,
    company,
  }) => {
    const owner = await company.owner();
    const slug = `faulty-${end}`;
    await put(owner, flowOf(slug, '0.05'), true);
    // Three changes: of one step, by one more, and of the settings, in which something is wrong.
    const draft = {
      ...flowOf(slug, '0.05'),
      steps: [script('tax', 'Tax', lines('0.1 +')), script('tell', 'Tell', '#{ told: true }', ['tax'])],
      settings: { concurrency: { limit: 2, key: '{{ trigger.body. }}' } },
    };
    const saved = await owner.put(`/api/v1/flows/${slug}/draft`, { data: draft });
    expect(saved.ok(), await saved.text()).toBe(true);

    await enter(page, company, language, `/flows/${slug}`);
    const unpublished = (count: number) =>
      page.getByText(
        filled(count === 1 ? say.builder.banner.unpublished_one : say.builder.banner.unpublished_other, {
          count,
          version: 1,
        }),
      );
    await expect(unpublished(3)).toBeVisible();
    const publishing = page.getByRole('button', { name: say.builder.header.publish, exact: true });
    const dialog = page.getByRole('dialog');
    await publishing.click();
    await expect(dialog.getByText(filled(say.flows.publish.faults_other, { count: 2 }))).toBeVisible();
    const go = dialog.getByRole('button', { name: filled(say.flows.publish.publish, { version: 2 }) });
    await expect(go).toBeDisabled();

    // The script: its step and field are named, and the click stands in it.
    await dialog.getByRole('button', { name: `Tax › ${say.flows.field.code}` }).click();
    await expect(dialog).toBeHidden();
    const code = page.getByRole('textbox', { name: say.panel.script.label, exact: true });
    await expect(code).toBeFocused();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(lines('0.1'));
    await expect.poll(async () => (await draftOf(owner, slug)).steps[0]?.with.code).toBe(lines('0.1'));

    // The settings of the whole flow.
    await publishing.click();
    await dialog.getByRole('button', { name: new RegExp(say.flows.field.concurrency) }).click();
    const key = page.locator('[data-field="/settings/concurrency/key"] input');
    await expect(key).toBeFocused();
    await key.fill('{{ trigger.body.customer }}');
    await expect(page.getByText(say.builder.saving.saved, { exact: true })).toBeVisible();

    // What changes, side by side; then it is published with a word on why.
    await expect(async () => {
      await publishing.click();
      await expect(go).toBeEnabled({ timeout: 3000 });
    }).toPass();
    await expect(dialog.getByText(filled(say.flows.publish.changes, { version: 1 }))).toBeVisible();
    const counts = [
      filled(say.flows.diff.added_one, { count: 1 }),
      filled(say.flows.diff.changed_one, { count: 1 }),
      say.flows.diff.other,
    ].join(' · ');
    await expect(dialog.getByRole('button', { name: counts })).toBeVisible();
    const before = dialog.getByRole('textbox', { name: filled(say.flows.diff.version, { version: 1 }) });
    const after = dialog.getByRole('textbox', { name: say.flows.diff.draft });
    await sideBySide(before, after);
    await expect(before).toContainText('0.05');
    await expect(after).toContainText('let rate = 0.1;');
    await dialog.getByRole('textbox', { name: say.flows.publish.note }).fill('The rate of next year');
    await go.click();
    await expect(dialog.getByText(filled(say.flows.published.title, { version: 2 }))).toBeVisible();
    await dialog.getByRole('button', { name: say.common.done }).click();
    await expect(unpublished(3)).toBeHidden();

    // One change more, and the way from its banner to what it is.
    await page.getByRole('button', { name: `Tax ${slug}` }).click();
    await page.keyboard.press('End');
    await page.keyboard.type(' again');
    await page.keyboard.press('Enter');
    const one = filled(say.builder.banner.unpublished_one, { count: 1, version: 2 });
    await expect(page.getByText(one)).toBeVisible();
    await page.getByRole('link', { name: say.builder.banner.differences }).click();
    await expect(page).toHaveURL(/\/versions\?to=draft/);
    await expect(page.getByText(`Tax ${slug} again`, { exact: true }).first()).toBeVisible();
    await owner.dispose();
  });

  test(`versions are compared, and an old one becomes the draft (${language})`, async ({ page, company }) => {
    const owner = await company.owner();
    const slug = `versions-${end}`;
    for (const rate of ['0.03', '0.05', '0.1']) {
      await put(owner, flowOf(slug, rate));
      await publish(owner, slug);
    }
    const version = (number: number) => filled(say.flows.diff.version, { version: number });
    await enter(page, company, language, `/flows/${slug}/versions`);
    const history = page.getByRole('list').filter({ hasText: version(3) });
    await expect(history.getByRole('listitem')).toHaveCount(3);
    const newest = history.getByRole('listitem').filter({ hasText: version(3) });
    await expect(newest.getByText(say.flows.versions.inService)).toBeVisible();
    await expect(newest.getByText(OWNER.email)).toBeVisible();

    // What the newest brought, then any two.
    const text = (number: number) => page.getByRole('textbox', { name: version(number), exact: true });
    await sideBySide(text(2), text(3));
    await page.getByRole('combobox', { name: say.flows.versions.from, exact: true }).click();
    await page.getByRole('option', { name: version(1) }).click();
    await sideBySide(text(1), text(3));
    await expect(text(1)).toContainText('0.03');
    await page.getByRole('button', { name: say.flows.versions.swap }).click();
    await sideBySide(text(3), text(1));
    await expect(page).toHaveURL(/from=3&to=1/);
    await history
      .getByRole('button', { name: version(2) })
      .first()
      .click();
    await sideBySide(text(1), text(2));

    await page
      .getByRole('button', { name: filled(say.flows.versions.menu, { edition: version(1) }) })
      .click();
    await page.getByRole('menuitem', { name: say.flows.versions.restore }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByText(say.flows.versions.restoreBody)).toBeVisible();
    await dialog.getByRole('button', { name: say.flows.versions.restore }).click();
    await page.waitForURL(new RegExp(`/flows/${slug}$`));
    await expect(
      page.getByText(filled(say.builder.banner.unpublished_one, { count: 1, version: 3 })),
    ).toBeVisible();
    expect((await draftOf(owner, slug)).steps[0]?.with.code).toBe(lines('0.03'));
    const { published } = (await (await owner.get(`/api/v1/flows/${slug}`)).json()) as { published: number };
    expect(published, 'what is in service stays').toBe(3);
    await owner.dispose();
  });
}
