/** From the first visit to a running flow, as somebody does it who has never been here: in under two minutes. */
import { enter, expect, LANGUAGES, OWNER, test } from './server';
import { filled, words } from './words';

for (const language of LANGUAGES) {
  test(`from the first visit to a running flow in two minutes (${language})`, async ({ page, fresh }) => {
    const say = words(language);
    await page.goto(`${fresh.url}/?lang=${language === 'en' ? 'zh-TW' : 'en'}`);
    const began = Date.now();

    // Language, then the owner's account.
    await page.getByText(language === 'en' ? 'English' : '繁體中文', { exact: true }).click();
    await expect(page.getByRole('heading', { name: say.shell.setup.welcome })).toBeVisible();
    await page.getByLabel(say.shell.setup.name).fill(OWNER.name);
    await page.getByLabel(say.shell.setup.email).fill(OWNER.email);
    await page.getByLabel(say.shell.setup.password).first().fill(OWNER.password);
    await page.getByRole('button', { name: say.shell.setup.submit }).click();

    // What do you want to connect? The shortest recipe, which tests itself.
    await expect(page.getByRole('heading', { level: 1, name: say.home.title })).toBeVisible();
    await page.getByRole('button', { name: say.home.quick.try }).click();
    await page.waitForURL(/\/flows\/quote-to-sales-order/);
    await expect(page.getByRole('button', { name: say.builder.header.publish })).toBeVisible();

    // Publish, send the sample to the real address, and look at the run.
    await page.getByRole('button', { name: say.builder.header.publish }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: filled(say.flows.publish.publish, { version: 1 }) }).click();
    await expect(dialog.getByText(filled(say.flows.published.title, { version: 1 }))).toBeVisible();
    await fresh.tellSample();
    await dialog.getByRole('button', { name: say.flows.try.send }).click();
    await dialog.getByRole('link', { name: say.flows.try.look }).click();
    await page.waitForURL(/\/runs\/[0-9a-f-]{36}/);
    await expect(page.getByText(say.common.runStatus.succeeded).first()).toBeVisible();

    expect((Date.now() - began) / 1000, 'seconds from the first visit to the run').toBeLessThan(120);

    // It was a real one: the sample system has the order.
    const owner = await fresh.owner();
    const { runs } = (await (
      await owner.get('/api/v1/runs?flow=quote-to-sales-order&mode=normal')
    ).json()) as {
      runs: { status: string; output: { order_no: string } }[];
    };
    expect(runs.map((run) => run.status)).toEqual(['succeeded']);
    await owner.dispose();
  });
}

test('who has no session is asked to sign in, and comes to where they wanted to go', async ({
  page,
  fresh,
}) => {
  const say = words('en');
  await (await fresh.owner()).dispose();
  await page.goto(`${fresh.url}/connections?lang=en`);
  await page.getByLabel(say.shell.signIn.email).fill(OWNER.email);
  await page.getByLabel(say.shell.signIn.password).first().fill('not the password');
  await page.getByRole('button', { name: say.shell.signIn.submit }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await page.getByLabel(say.shell.signIn.password).first().fill(OWNER.password);
  await page.getByRole('button', { name: say.shell.signIn.submit }).click();
  await expect(page.getByRole('heading', { level: 1, name: say.shell.nav.connections })).toBeVisible();
});

test('a session that ends loses no edits', async ({ page, fresh }) => {
  const say = words('en');
  const owner = await fresh.owner();
  const draft = {
    causeway: 1,
    kind: 'flow',
    name: 'Kept',
    trigger: { use: 'manual' },
    steps: [{ id: 'one', use: 'script', with: { code: '1' } }],
  };
  await owner.put('/api/v1/flows/kept/draft', { data: draft });
  await enter(page, fresh, 'en', '/flows/kept');
  await expect(page.getByRole('button', { name: say.builder.header.publish })).toBeVisible();
  // Every session of the owner ends, as at the end of a day.
  const { sessions } = (await (await owner.get('/api/v1/sessions')).json()) as { sessions: { id: string }[] };
  for (const { id } of sessions) await owner.delete(`/api/v1/sessions/${id}`);
  await owner.dispose();

  await page.getByRole('button', { name: 'Kept', exact: true }).click();
  await page.keyboard.press('End');
  await page.keyboard.type(' and changed');
  await page.keyboard.press('Enter');
  await expect(page.getByText(say.shell.signIn.expiredTitle)).toBeVisible();
  await page.getByLabel(say.shell.signIn.email).fill(OWNER.email);
  await page.getByLabel(say.shell.signIn.password).first().fill(OWNER.password);
  await page.getByRole('button', { name: say.shell.signIn.submit }).click();
  await expect(page.getByText(say.builder.saving.saved, { exact: true })).toBeVisible();
  const again = await fresh.owner();
  const saved = (await (await again.get('/api/v1/flows/kept')).json()) as { name: string };
  expect(saved.name).toContain('changed');
  await again.dispose();
});
