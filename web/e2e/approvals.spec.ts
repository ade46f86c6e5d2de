/** What waits for people: decisions, runs that gave up, and what came in. */
import type { APIRequestContext, Page } from '@playwright/test';
import { publish, reaches, runOf, script, slugOf, start } from './flows';
import { enter, expect, LANGUAGES, type Language, test } from './server';
import { filled, words } from './words';

const asking = (language: Language, more: Record<string, unknown> = {}) => ({
  slug: slugOf('discount', language),
  name: 'Discounts',
  steps: [
    {
      id: 'ask',
      name: 'Ask the sales manager',
      use: 'approval',
      with: {
        message: '{{ trigger.input.customer }}: {{ trigger.input.percent }} %',
        approvers: ['role:operator'],
        timeout: '24h',
        ...more,
      },
    },
    script('grant', '#{ granted: true, why: steps.ask.comment }', {
      name: 'Grant it',
      after: ['ask.approved'],
    }),
    script('refuse', '#{ granted: false, why: steps.ask.comment }', {
      after: ['ask.rejected', 'ask.timed_out'],
      join: 'any',
    }),
  ],
});

/** Asks, one after the other, and waits until each stands in the inbox. */
async function ask(owner: APIRequestContext, slug: string, customers: string[]): Promise<string[]> {
  const runs: string[] = [];
  for (const customer of customers) {
    const run = await start(owner, slug, {
      customer,
      percent: 12,
      lines: [{ sku: 'P-1001', quantity: 40 }],
    });
    await reaches(owner, run, 'waiting');
    runs.push(run);
  }
  return runs;
}

/** Nothing is asked any more of what others left open. */
async function emptied(owner: APIRequestContext) {
  const { approvals } = (await (await owner.get('/api/v1/approvals?status=open&limit=100')).json()) as {
    approvals: { id: string }[];
  };
  for (const { id } of approvals) {
    await owner.post(`/api/v1/approvals/${id}/decide`, { data: { approved: false } });
  }
}

const question = (page: Page, customer: string) =>
  page.getByRole('article', { name: `${customer}: 12 %`, exact: true });
const outputOf = async (owner: APIRequestContext, run: string, step: string) =>
  (await runOf(owner, run)).steps.find((one) => one.id === step)?.output;

for (const language of LANGUAGES) {
  const say = words(language);
  const { approvals, runs } = say;
  const { letters, incoming, bulk } = runs;
  /** Decisions stay in the list: each language has customers of its own. */
  const named = (customer: string) => slugOf(customer, language);

  test(`a question is approved, another rejected, and both runs go on (${language})`, async ({
    page,
    company,
  }) => {
    const owner = await company.owner();
    await emptied(owner);
    const flow = asking(language);
    await publish(owner, flow);
    const [first, second] = (await ask(owner, flow.slug, [named('Acme'), named('Beta')])) as [string, string];
    await enter(page, company, language, '/approvals');
    await expect(
      page.getByRole('status').filter({ hasText: filled(approvals.mine_other, { count: 2 }) }),
    ).toBeVisible();

    // What it is about stands below it, as a form and a table.
    const acme = question(page, named('Acme'));
    await acme.getByRole('button', { name: approvals.details }).click();
    await expect(acme.getByRole('row', { name: `customer ${named('Acme')}` })).toBeVisible();
    await expect(acme.getByRole('cell', { name: 'P-1001' })).toBeVisible();
    await acme.getByRole('textbox', { name: approvals.comment }).fill('For an old customer');
    await acme.getByRole('button', { name: approvals.approve }).click();
    await expect(acme).toHaveCount(0);
    await reaches(owner, first, 'succeeded');
    expect(await outputOf(owner, first, 'grant')).toEqual({ granted: true, why: 'For an old customer' });

    const beta = question(page, named('Beta'));
    await beta.getByRole('button', { name: approvals.reject }).click();
    const dialog = page.getByRole('dialog', { name: approvals.rejectTitle });
    await dialog.getByRole('textbox', { name: approvals.comment }).fill('Too much');
    await dialog.getByRole('button', { name: approvals.reject }).click();
    await expect(page.getByText(approvals.emptyTitle)).toBeVisible();
    await reaches(owner, second, 'succeeded');
    expect(await outputOf(owner, second, 'refuse')).toEqual({ granted: false, why: 'Too much' });

    // Who, when and why stay to be read, and the run is one click away.
    await page.getByRole('tab', { name: approvals.tabs.decided }).click();
    await expect(acme).toContainText(filled(approvals.quoted, { comment: 'For an old customer' }));
    await expect(acme).toContainText(approvals.status.approved);
    await page
      .getByRole('radiogroup', { name: approvals.filter })
      .getByText(approvals.status.rejected)
      .click();
    await expect(acme).toHaveCount(0);
    await expect(beta).toContainText('owner@example.com');
    await beta.getByRole('link', { name: approvals.seeRun }).click();
    await expect(page).toHaveURL(new RegExp(second));
    await owner.dispose();
  });

  test(`the inbox is gone through by keys (${language})`, async ({ page, company }) => {
    const owner = await company.owner();
    await emptied(owner);
    const flow = asking(language);
    await publish(owner, flow);
    await enter(page, company, language, '/approvals');
    await expect(page.getByText(approvals.emptyTitle)).toBeVisible();
    // They come in as they are asked, without reading the page again.
    const asked = (await ask(owner, flow.slug, ['One', 'Two', 'Three'].map(named))) as [
      string,
      string,
      string,
    ];
    await expect(question(page, named('Three'))).toBeVisible();
    const current = page.locator('article[aria-current=true]');
    await expect(current).toHaveAccessibleName(`${named('One')}: 12 %`);
    await page.keyboard.press('j');
    await expect(current).toHaveAccessibleName(`${named('Two')}: 12 %`);
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await expect(current).toHaveAccessibleName(`${named('Two')}: 12 %`);
    await page.keyboard.press('a');
    await expect(question(page, named('Two'))).toHaveCount(0);
    await reaches(owner, asked[1], 'succeeded');
    expect(await outputOf(owner, asked[1], 'grant')).toMatchObject({ granted: true });
    await expect(current).toHaveAccessibleName(`${named('Three')}: 12 %`);
    // Keys are letters where somebody writes.
    await current.getByRole('textbox', { name: approvals.comment }).click();
    await page.keyboard.type('jar');
    await expect(current.getByRole('textbox')).toHaveValue('jar');
    await expect(current).toHaveAccessibleName(`${named('Three')}: 12 %`);
    await current.focus();
    await page.keyboard.press('r');
    const dialog = page.getByRole('dialog', { name: approvals.rejectTitle });
    await expect(dialog.getByRole('textbox')).toHaveValue('jar');
    await dialog.getByRole('textbox').press('Tab');
    await dialog.getByRole('button', { name: approvals.reject }).press('Enter');
    await reaches(owner, asked[2], 'succeeded');
    await expect(current).toHaveAccessibleName(`${named('One')}: 12 %`);
    await page.keyboard.press('a');
    await reaches(owner, asked[0], 'succeeded');
    await owner.dispose();
  });

  test(`what is for others is seen, and cannot be decided (${language})`, async ({ page, company }) => {
    const owner = await company.owner();
    await emptied(owner);
    const flow = asking(language, { approvers: ['role:admin'] });
    await publish(owner, flow);
    const [run] = (await ask(owner, flow.slug, [named('Gamma')])) as [string];
    const operator = { email: `${flow.slug}@example.com`, password: 'a good long password' };
    await owner.post('/api/v1/users', { data: { ...operator, role: 'operator' } });
    await page.request.post(`${company.url}/api/v1/sessions`, { data: operator });
    await page.goto(`${company.url}/approvals?lang=${language}`);
    await expect(page.getByText(approvals.emptyTitle)).toBeVisible();
    await expect(question(page, named('Gamma'))).toBeVisible();
    await expect(
      page.getByText(
        filled(approvals.othersHint, { who: filled(approvals.who.role, { role: say.common.role.admin }) }),
      ),
    ).toBeVisible();
    await expect(page.getByRole('button', { name: approvals.approve })).toHaveCount(0);
    // Nor by its address, nor by a key.
    await question(page, named('Gamma')).getByRole('button').click();
    await page.keyboard.press('a');
    expect((await runOf(owner, run)).status).toBe('waiting');

    // What nobody decided in time says so.
    await publish(owner, asking(language, { timeout: '1s' }));
    await reaches(
      owner,
      await start(owner, flow.slug, { customer: named('Late'), percent: 12 }),
      'succeeded',
    );
    await page.getByRole('tab', { name: approvals.tabs.decided }).click();
    await expect(question(page, named('Late'))).toContainText(approvals.status.timed_out);
    await emptied(owner);
    await owner.dispose();
  });

  test(`a phone is enough to decide (${language})`, async ({ page, company }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    const owner = await company.owner();
    await emptied(owner);
    const flow = asking(language);
    await publish(owner, flow);
    const long = '國立臺灣科學教育館文化創意事業發展股份有限公司臺北分公司';
    const [run] = (await ask(owner, flow.slug, [long])) as [string];
    await enter(page, company, language, '/approvals');
    const asked = question(page, long);
    await asked.getByRole('button', { name: approvals.details }).click();
    await expect(asked.getByRole('row', { name: /customer/ })).toBeVisible();
    const [needed, there] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(needed, 'scrolls sideways').toBeLessThanOrEqual(there as number);
    const approve = asked.getByRole('button', { name: approvals.approve });
    const box = await approve.boundingBox();
    expect(box?.height, 'large enough for a thumb').toBeGreaterThanOrEqual(36);
    await approve.click();
    await reaches(owner, run, 'succeeded');

    // And to see what became of it.
    await page.goto(`${company.url}/runs/${run}`);
    const steps = page.getByRole('list', { name: runs.view.steps });
    await steps.getByRole('button', { name: /^Grant it/ }).click();
    await expect(page.getByRole('dialog', { name: runs.view.step })).toContainText('granted');
    await owner.dispose();
  });

  test(`what gave up is looked at by cause, and replayed many at once (${language})`, async ({
    page,
    company,
  }) => {
    const slug = slugOf('giving-up', language);
    const owner = await company.owner();
    const version = (code: string) =>
      publish(owner, {
        slug,
        name: 'Gives up',
        steps: [script('total', code, { name: 'Work out the total' })],
      });
    await version('throw "no price list"');
    const COUNT = 30;
    const failed: string[] = [];
    for (let no = 0; no < COUNT; no += 1) failed.push(await start(owner, slug, { no }));
    for (const run of failed) await reaches(owner, run, 'failed');
    await version('trigger.input.no');

    await enter(page, company, language, `/dead-letters?flow=${slug}`);
    const cause = page.getByRole('region', { name: /Work out the total/ });
    await expect(cause).toContainText('no price list');
    await expect(cause).toContainText(say.common.whatToDo);
    await cause.getByRole('button', { name: filled(letters.each_other, { count: COUNT }) }).click();
    await expect(cause.getByRole('table', { name: runs.list.label }).locator('tbody tr')).toHaveCount(COUNT);

    // One that nobody wants any more.
    await page.goto(`${company.url}/runs/${failed[0]}`);
    await page.getByRole('button', { name: runs.actions.more }).click();
    await page.getByRole('menuitem', { name: runs.actions.dismiss }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: bulk.reason }).fill('Ordered twice');
    await dialog.getByRole('button', { name: runs.reason.dismiss.go }).click();
    await expect(page.getByText(runs.list.dismissed).first()).toBeVisible();

    // The others, on the version that is mended: what would happen, then how far it is.
    await page.goto(`${company.url}/dead-letters?flow=${slug}`);
    await cause.getByRole('button', { name: filled(letters.replay_other, { count: COUNT - 1 }) }).click();
    await expect(
      dialog.getByText(filled(bulk.count_other, { count: COUNT - 1 }), { exact: true }),
    ).toBeVisible();
    await expect(dialog.getByText(bulk.noRepeats)).toBeVisible();
    await dialog.getByRole('radio', { name: bulk.newest }).check();
    // The second page is held back until the first was seen.
    let seen = () => {};
    const first = new Promise<void>((done) => {
      seen = done;
    });
    let calls = 0;
    await page.route('**/api/v1/runs/bulk', async (route) => {
      calls += 1;
      if (calls > 1) await first;
      await route.continue();
    });
    await dialog.getByRole('button', { name: filled(bulk.go.replay_other, { count: COUNT - 1 }) }).click();
    await expect(dialog.getByRole('status')).toHaveText(
      filled(bulk.progress, { done: 25, count: COUNT - 1 }),
    );
    await expect(dialog.getByRole('button', { name: bulk.stop })).toBeVisible();
    seen();
    await expect(dialog.getByText(bulk.finished)).toBeVisible();
    await expect(dialog.getByText(filled(bulk.did_other, { count: COUNT - 1 }))).toBeVisible();
    await dialog.getByRole('button', { name: say.common.close }).last().click();
    await expect
      .poll(async () => {
        const done = await owner.get(`/api/v1/runs?flow=${slug}&status=succeeded&limit=100`);
        return ((await done.json()) as { runs: unknown[] }).runs.length;
      })
      .toBe(COUNT - 1);

    await page
      .getByRole('radiogroup', { name: say.common.status })
      .getByText(letters.states.dismissed, { exact: true })
      .click();
    await expect(page.getByText('Ordered twice')).toBeVisible();
    await owner.dispose();
  });

  test(`what came in is kept, with what became of it (${language})`, async ({ page, company }) => {
    const slug = slugOf('hooked', language);
    const owner = await company.owner();
    await publish(owner, {
      slug,
      name: 'Orders by call',
      trigger: {
        use: 'webhook',
        with: { path: slug, reply: 'accepted', dedupe: '{{ trigger.body.order_no }}' },
      },
      steps: [script('take', 'if trigger.body.lines.len() == 0 { throw "no lines" } trigger.body.order_no')],
    });
    const call = async (order_no: string, lines: number[]) => {
      const answer = await owner.post(`/hooks/${slug}`, { data: { order_no, lines } });
      expect(answer.ok(), await answer.text()).toBe(true);
      return answer.headers()['x-causeway-run'] as string;
    };
    const good = await call('SO-1', [1]);
    expect(await call('SO-1', [1]), 'the same call makes no second run').toBe(good);
    await reaches(owner, good, 'succeeded');

    await enter(page, company, language, `/runs/incoming?flow=${slug}`);
    const rows = page.getByRole('table', { name: incoming.title }).locator('tbody tr');
    await expect(rows).toHaveCount(1);
    await expect(rows).toContainText(filled(incoming.again_one, { count: 1 }));
    await expect(rows).toContainText(say.common.runStatus.succeeded);
    // What comes now appears by itself.
    const bad = await call('SO-2', []);
    await expect(rows).toHaveCount(2);
    await expect(rows.first()).toContainText(say.common.runStatus.failed);

    await rows.first().getByRole('button').click();
    const drawer = page.getByRole('dialog', { name: incoming.one });
    await expect(drawer.getByText('"SO-2"')).toBeVisible();
    await expect(drawer.getByRole('link', { name: incoming.download })).toBeVisible();
    await expect(page).toHaveURL(/event=/);
    await drawer.getByRole('link', { name: incoming.openRun }).click();
    await expect(page).toHaveURL(new RegExp(`/runs/${bad}`));
    await page.getByRole('tab', { name: runs.view.tabs.incoming }).click();
    await expect(page.getByText('"SO-2"')).toBeVisible();
    await owner.dispose();
  });
}
