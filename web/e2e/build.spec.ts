/** Building a flow by keyboard and pointer: a step, its script, its value, undoing, publishing, a run. */
import { enter, expect, LANGUAGES, test } from './server';
import { filled, patternOf, words } from './words';

for (const language of LANGUAGES) {
  test(`a flow is built, tried, published and run (${language})`, async ({ page, company }) => {
    const say = words(language);
    const slug = `built-${language.toLowerCase()}`;
    await enter(page, company, language, '/flows?new=1');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(say.flows.new.name).first().fill('Built by hand');
    await dialog.getByLabel(say.flows.new.slug).first().fill(slug);
    await dialog
      .getByRole('combobox', { name: say.flows.new.trigger })
      .or(dialog.getByLabel(say.flows.new.trigger))
      .first()
      .click();
    await page.getByRole('option', { name: say.common.triggerKind.manual }).click();
    await dialog.getByRole('button', { name: say.flows.new.create }).click();
    await page.waitForURL(new RegExp(`/flows/${slug}`));

    // The first step, found by typing.
    await page.getByRole('button', { name: say.builder.canvas.first }).click();
    await page.keyboard.type('script');
    await page.keyboard.press('Enter');
    const code = page.getByRole('textbox', { name: say.panel.script.label, exact: true });
    await code.click();
    await page.keyboard.type('#{ total: 19 * 5 }');
    await page.getByRole('button', { name: say.panel.script.run }).click();
    await expect(page.getByRole('status', { name: say.panel.script.result })).toContainText('95');

    // What does not compile is told where it is written.
    await code.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type(' +');
    await expect(page.locator('.cm-lintRange-error, .cm-lint-marker-error').first()).toBeVisible();
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Backspace');

    // The name is changed, and changed back by undoing.
    await page.getByRole('button', { name: 'Built by hand' }).click();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('Renamed');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: 'Renamed' })).toBeVisible();
    await page.getByRole('button', { name: patternOf(say.builder.header.undoThat) }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Built by hand' })).toBeVisible();
    await expect(page.getByText(say.builder.saving.saved, { exact: true })).toBeVisible();

    await page.getByRole('button', { name: say.builder.header.publish }).click();
    await dialog.getByRole('button', { name: filled(say.flows.publish.publish, { version: 1 }) }).click();
    await dialog.getByRole('button', { name: say.flows.published.start }).click();
    await expect(page.getByText(say.flows.published.started).first()).toBeVisible();

    const owner = await company.owner();
    await expect
      .poll(async () => {
        const { runs } = (await (await owner.get(`/api/v1/runs?flow=${slug}&mode=normal`)).json()) as {
          runs: { status: string }[];
        };
        return runs.map((run) => run.status);
      })
      .toEqual(['succeeded']);
    await owner.dispose();
  });
}

test('two people on one draft: the slower one is told, and nothing is lost', async ({ page, company }) => {
  const say = words('en');
  const owner = await company.owner();
  const draft = (name: string) => ({
    causeway: 1,
    kind: 'flow',
    name,
    trigger: { use: 'manual' },
    steps: [{ id: 'one', use: 'script', with: { code: '1' } }],
  });
  await owner.put('/api/v1/flows/shared/draft', { data: draft('As it was') });
  await enter(page, company, 'en', '/flows/shared');
  await expect(page.getByRole('heading', { level: 1, name: 'As it was' })).toBeVisible();

  // Ours is typed while theirs is saved: the page cannot know of it yet.
  let late = false;
  await page.route('**/api/v1/flows/shared/draft', async (route) => {
    if (route.request().method() === 'PUT' && !late) {
      late = true;
      await owner.put('/api/v1/flows/shared/draft', { data: draft('Theirs') });
    }
    await route.fallback();
  });
  await page.getByRole('button', { name: 'As it was' }).click();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('Ours');
  await page.keyboard.press('Enter');
  await expect(page.getByText(say.builder.saving.conflict, { exact: true })).toBeVisible();
  await expect(page.getByRole('heading', { level: 1, name: 'Ours' })).toBeVisible();
  const saved = (await (await owner.get('/api/v1/flows/shared')).json()) as { name: string };
  expect(saved.name, 'theirs is not written over').toBe('Theirs');
  await owner.dispose();
});
