/** Watching runs: found in the list, seen as they go, understood where they fail, and put right. */
import type { Locator, Page } from '@playwright/test';
import { addressOf, publish, reaches, runOf, script, slugOf, start } from './flows';
import { enter, expect, LANGUAGES, test } from './server';
import { filled, patternOf, words } from './words';

const card = (page: Page, step: string) => page.locator(`.react-flow__node[data-id="${step}"]`);
/** A choice of a segmented control: its box is hidden, its words are clicked. */
const choose = (within: Page | Locator, group: string, choice: string) =>
  within.getByRole('radiogroup', { name: group }).getByText(choice, { exact: true }).click();

for (const language of LANGUAGES) {
  const say = words(language);
  const { filter, list, view, items, bulk } = say.runs;
  const status = say.common.runStatus;
  const step = say.common.stepStatus;

  test(`the list is narrowed, and shows what is new (${language})`, async ({ page, company }) => {
    const slug = slugOf('orders', language);
    const owner = await company.owner();
    await publish(owner, {
      slug,
      name: `Orders of the shop (${language})`,
      steps: [
        script('check', 'trigger.input.no', { name: 'Check the order' }),
        script('total', 'if trigger.input.bad == true { throw "no price" } 1', {
          name: 'Work out the total',
          after: ['check'],
        }),
      ],
    });
    for (const [no, bad] of [
      ['SO-1001', false],
      ['SO-1002', true],
      ['SO-1003', false],
    ] as const) {
      await reaches(owner, await start(owner, slug, { no, bad }), bad ? 'failed' : 'succeeded');
    }

    await enter(page, company, language, '/runs');
    const table = page.getByRole('table', { name: list.label });
    const rows = table.locator('tbody tr');
    await page.getByRole('combobox', { name: filter.flow }).fill('Orders of');
    await page.getByRole('option', { name: `Orders of the shop (${language})` }).click();
    await expect(rows).toHaveCount(3);
    await expect(page).toHaveURL(new RegExp(`flow=${slug}`));

    // What came in is searched, not only what the flow is called.
    const search = page.getByRole('searchbox', { name: filter.search });
    await search.fill('SO-1003');
    await expect(rows).toHaveCount(1);
    await search.fill('');
    await expect(rows).toHaveCount(3);

    await choose(page, filter.status, status.failed);
    await expect(rows).toHaveCount(1);
    // Where and why, in the list already.
    await expect(rows).toContainText('Work out the total');
    await expect(rows).toContainText(say.runs.failure.headline.script);
    await page
      .getByRole('button', {
        name: filled(filter.remove, { name: filled(filter.taken.status, { value: status.failed }) }),
      })
      .click();
    await expect(rows).toHaveCount(3);

    await page.getByRole('button', { name: filter.more }).click();
    await page.getByRole('combobox', { name: filter.failedStep }).click();
    await page.getByRole('option', { name: 'Work out the total' }).click();
    await expect(rows).toHaveCount(1);
    await expect(
      page.getByText(filled(filter.taken.failed_step, { value: 'Work out the total' }), { exact: true }),
    ).toBeVisible();
    await page.keyboard.press('Escape');

    // Filters stand in the address: another day, none of them is there.
    await page.goto(`${page.url()}&from=2020-01-01T00:00:00.000Z&to=2020-01-02T00:00:00.000Z`);
    await expect(page.getByText(list.noneTitle)).toBeVisible();
    await page.getByRole('button', { name: filter.clear }).click();
    await page.getByRole('combobox', { name: filter.flow }).fill('Orders of');
    await page.getByRole('option', { name: `Orders of the shop (${language})` }).click();
    await page.getByRole('combobox', { name: filter.range }).click();
    await page.getByRole('option', { name: filter.ranges['1h'] }).click();
    await expect(rows).toHaveCount(3);

    await start(owner, slug, { no: 'SO-1004' });
    await expect(rows).toHaveCount(4);
    await expect(rows.first()).toContainText(status.succeeded);

    // Whoever is choosing is not disturbed: what is new is only announced.
    await rows.first().getByRole('checkbox').check();
    await start(owner, slug, { no: 'SO-1005' });
    const fresh = page.getByRole('button', { name: filled(list.new_one, { count: 1 }) });
    await expect(fresh).toBeVisible();
    await expect(rows).toHaveCount(4);
    await fresh.click();
    await expect(rows).toHaveCount(5);
    await owner.dispose();
  });

  test(`a run lights up as it goes (${language})`, async ({ page, company }) => {
    const slug = slugOf('slow', language);
    const owner = await company.owner();
    await publish(owner, {
      slug,
      name: 'Takes its time',
      steps: [
        script('take', '1', { name: 'Take the order' }),
        {
          id: 'pause',
          name: 'Wait for the truck',
          use: 'approval',
          with: { message: 'Is the truck there?', approvers: ['role:operator'] },
          after: ['take'],
        },
        script('done', '"gone"', { name: 'Tell the customer', after: ['pause.approved'] }),
      ],
    });
    await enter(page, company, language, '/runs');
    const run = await start(owner, slug);
    // Opened from the list, without another reading of the page.
    await page.getByRole('link', { name: 'Takes its time' }).first().click();
    await expect(page).toHaveURL(new RegExp(run));
    await expect(card(page, 'take')).toContainText(step.succeeded);
    await expect(card(page, 'pause')).toContainText(step.waiting);
    await expect(card(page, 'done')).toContainText(step.pending);
    // Looked at only: nothing can be put in or taken out.
    await expect(page.getByRole('button', { name: say.builder.canvas.insert })).toHaveCount(0);
    // How long it takes already is counted on.
    const told = await card(page, 'pause').innerText();
    expect(told).toMatch(/\d (ms|s|毫秒|秒)/);
    await expect(card(page, 'pause')).not.toHaveText(told);
    const { approvals } = (await (await owner.get(`/api/v1/approvals?status=open&run=${run}`)).json()) as {
      approvals: { id: string }[];
    };
    await owner.post(`/api/v1/approvals/${approvals[0]?.id}/decide`, { data: { approved: true } });
    await expect(card(page, 'done')).toContainText(step.succeeded);
    await expect(card(page, 'pause')).toContainText(step.succeeded);
    await expect(card(page, 'pause')).toContainText(say.builder.ports.approved);
    await expect(page.getByRole('main').getByText(status.succeeded, { exact: true }).first()).toBeVisible();

    // A step has an address of its own.
    await card(page, 'done').click();
    await expect(page).toHaveURL(/step=done/);
    await page.reload();
    const panel = page.getByRole('region', { name: view.step });
    await expect(panel.getByRole('heading', { name: 'Tell the customer' })).toBeVisible();
    await expect(panel.getByText('"gone"')).toBeVisible();

    // The list is the canvas for those who do not see it.
    await choose(page, say.common.json.showAs, view.list);
    const steps = page.getByRole('list', { name: view.steps });
    await expect(steps.getByRole('button')).toHaveCount(4);
    await steps.getByRole('button', { name: /Wait for the truck/ }).click();
    await expect(panel.getByRole('heading', { name: 'Wait for the truck' })).toBeVisible();
    await owner.dispose();
  });

  test(`what went in and came out, whole and item by item (${language})`, async ({ page, company }) => {
    const slug = slugOf('stock', language);
    const owner = await company.owner();
    await publish(owner, {
      slug,
      name: 'Stock of the day',
      steps: [
        script(
          'read',
          'let all = []; for n in 0..230 { all.push(#{ sku: "P-" + (1000 + n), left: if n == 7 { -1 } else { n } }); } all',
          { name: 'Read the stock' },
        ),
        {
          id: 'each',
          name: 'Each product',
          use: 'for_each',
          after: ['read'],
          with: {
            items: '{{ steps.read }}',
            on_item_error: 'continue',
            body: [
              script(
                'price',
                'if item.left < 0 { throw "negative stock" } #{ note: item.sku + " counted" }',
                {
                  name: 'Count it',
                },
              ),
            ],
          },
        },
      ],
    });
    const run = await start(owner, slug);
    await reaches(owner, run, 'succeeded');
    await enter(page, company, language, `/runs/${run}?step=read`);
    const panel = page.getByRole('region', { name: view.step, exact: true });

    // A tree, a table a hundred rows at a time, and plain JSON.
    await panel.getByRole('button', { name: '[ ' }).click();
    await expect(panel.getByRole('button', { name: '{ ' })).toHaveCount(100);
    await panel
      .getByRole('button', { name: filled(say.common.json.showMore, { count: 100 }), exact: true })
      .click();
    await expect(panel.getByRole('button', { name: '{ ' })).toHaveCount(200);
    await choose(panel, say.common.json.showAs, say.common.json.table);
    await expect(panel.getByRole('columnheader', { name: 'sku' })).toBeVisible();
    await expect(panel.locator('tbody tr')).toHaveCount(100);
    await panel
      .getByRole('button', { name: filled(say.common.json.showMore, { count: 100 }), exact: true })
      .click();
    await expect(panel.locator('tbody tr')).toHaveCount(200);
    await choose(panel, say.common.json.showAs, say.common.json.text);
    await expect(panel.getByText('"sku": "P-1000"')).toBeVisible();

    // The loop says how far it came, and which of its items failed.
    await expect(card(page, 'each')).toContainText(
      filled(say.builder.card.itemsEnded, { failed: 1, count: 230 }),
    );
    await card(page, 'each').click({ position: { x: 30, y: 12 } });
    const told = panel.getByText(filled(items.summary_other, { formatted: 230, succeeded: 229, failed: 1 }));
    await expect(told).toBeVisible();
    const item = panel.getByRole('button', { expanded: false });
    await expect(item).toHaveCount(200);
    await panel.getByRole('button', { name: say.common.more }).click();
    await expect(item).toHaveCount(230);
    await choose(panel, items.show, items.failed);
    await expect(item).toHaveCount(1);
    await expect(item).toContainText('P-1007');
    await expect(item).toContainText('negative stock');
    await item.click();
    await expect(panel.getByText(say.runs.failure.headline.script)).toBeVisible();
    await expect(panel.getByRole('region', { name: items.in }).getByText('"P-1007"')).toBeVisible();
    await choose(panel, items.show, say.common.all);
    await panel.getByRole('button', { name: /P-1000/ }).click();
    await expect(panel.getByRole('region', { name: items.in }).first()).toContainText('"P-1000"');
    await expect(panel.getByRole('region', { name: items.out }).first()).toContainText('"P-1000 counted"');

    // A step of the loop shows its items as well.
    await card(page, 'price').click();
    await expect(panel.getByText(view.inLoop)).toBeVisible();
    await expect(told).toBeVisible();
    await owner.dispose();
  });

  test(`attempts stand on the timeline (${language})`, async ({ page, company }) => {
    const slug = slugOf('attempts', language);
    const owner = await company.owner();
    await publish(owner, {
      slug,
      name: 'Tries again',
      steps: [
        {
          id: 'customer',
          name: 'Look the customer up',
          use: 'danlee-crm.get_customer',
          connection: 'crm',
          with: { id: 'DL00001' },
          retry: { attempts: 4, backoff: 'fixed', first: '400ms' },
        },
      ],
    });
    const faults = await owner.put(`${await addressOf(owner, 'crm')}/_control/faults`, {
      data: { fail: 2, status: 503 },
    });
    expect(faults.ok(), await faults.text()).toBe(true);
    const run = await start(owner, slug);
    await reaches(owner, run, 'succeeded');
    await enter(page, company, language, `/runs/${run}`);
    await expect(card(page, 'customer')).toContainText(filled(say.builder.card.attempts_other, { count: 3 }));

    await page.getByRole('tab', { name: view.tabs.timeline }).click();
    const { timeline } = say.runs;
    const chart = page.getByRole('region', { name: timeline.chart });
    const bar = (text: string, number: number) =>
      chart.getByRole('img', {
        name: new RegExp(`^${filled(text, { number })}.?:|^${filled(text, { number })}：`),
      });
    await expect(bar(timeline.attemptFailed, 1)).toBeVisible();
    await expect(bar(timeline.attemptFailed, 2)).toBeVisible();
    await expect(bar(timeline.attempt, 3)).toBeVisible();
    await expect(chart.getByRole('img', { name: new RegExp(`^${timeline.bar.pause}`) })).toHaveCount(2);
    await choose(page, say.common.json.showAs, say.common.json.table);
    const twin = page.getByRole('table', { name: timeline.chart });
    await expect(twin.locator('tbody tr')).toHaveCount(5);
    await expect(
      page
        .getByRole('table', { name: timeline.entries })
        .getByText(filled(timeline.event.settled.succeeded, { step: 'Look the customer up' })),
    ).toBeVisible();

    await choose(page, say.common.json.showAs, timeline.chart);
    await chart.getByRole('button', { name: 'Look the customer up' }).click();
    const panel = page.getByRole('region', { name: view.step, exact: true });
    await panel.getByRole('tab', { name: view.attempts }).click();
    const attempts = panel.getByRole('table', { name: view.attempts });
    await expect(attempts.locator('tbody tr')).toHaveCount(3);
    await expect(attempts.getByText(patternOf(say.runs.failure.headline.server))).toHaveCount(2);
    await owner.dispose();
  });

  test(`a failure is understood, corrected, and goes on (${language})`, async ({ page, company }) => {
    const slug = slugOf('lookup', language);
    const owner = await company.owner();
    await publish(owner, {
      slug,
      name: 'Look up and greet',
      steps: [
        script('code', 'trigger.input.customer', { name: 'Take the code' }),
        {
          id: 'customer',
          name: 'Look the customer up',
          use: 'danlee-crm.get_customer',
          connection: 'crm',
          after: ['code'],
          with: { id: '{{ steps.code }}' },
        },
        script('greet', 'steps.customer.id', { name: 'Greet', after: ['customer'] }),
      ],
    });
    const run = await start(owner, slug, { customer: 'DL99999' });
    await reaches(owner, run, 'failed');

    // From the dead letters, one by one.
    await enter(page, company, language, `/dead-letters?flow=${slug}&by=run`);
    await page.getByRole('link', { name: 'Look up and greet' }).click();
    const why = page.getByRole('region', { name: view.failure });
    await expect(
      why.getByRole('heading', { name: patternOf(say.runs.failure.headline.not_found) }),
    ).toBeVisible();
    await expect(why).toContainText(say.common.whatToDo);
    await expect(why.getByRole('button', { name: 'Look the customer up' })).toBeVisible();
    const raw = why.getByRole('region', { name: say.common.rawAnswer });
    await expect(raw).toBeHidden();
    await why.getByRole('button', { name: say.common.rawAnswer }).click();
    await expect(raw).toContainText('404');
    // The step that failed is open already, with what went in.
    const panel = page.getByRole('region', { name: view.step, exact: true });
    await expect(panel.getByText('"DL99999"')).toBeVisible();

    await why.getByRole('button', { name: view.editResume }).click();
    const dialog = page.getByRole('dialog', { name: say.runs.resume.title });
    const editor = dialog.getByRole('textbox', { name: say.runs.resume.input });
    await expect(editor).toContainText('DL99999');
    await editor.click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText('{ "id": "DL00001"');
    // Half a correction cannot be sent.
    await expect(dialog.getByRole('button', { name: say.runs.resume.go }).last()).toBeDisabled();
    await page.keyboard.press('Control+End');
    await page.keyboard.insertText(' }');
    await dialog.getByRole('button', { name: say.runs.resume.goEdited }).click();

    await expect(page).not.toHaveURL(new RegExp(run));
    await expect(card(page, 'greet')).toContainText(step.succeeded);
    await card(page, 'code').click();
    await expect(panel.getByText(view.kept)).toBeVisible();
    // Both runs know of each other.
    await page.getByRole('link', { name: `${run.slice(0, 13)}…` }).click();
    await expect(page).toHaveURL(new RegExp(run));
    await expect(page.getByText(list.takenOver)).toBeVisible();
    await expect(page.getByRole('button', { name: view.editResume })).toHaveCount(0);
    await owner.dispose();
  });

  test(`a run is resumed and replayed, on the old or the newest version (${language})`, async ({
    page,
    company,
  }) => {
    const slug = slugOf('two-versions', language);
    const owner = await company.owner();
    const version = (code: string) =>
      publish(owner, {
        slug,
        name: 'Two versions',
        steps: [script('first', '1'), script('second', code, { name: 'The second', after: ['first'] })],
      });
    await version('throw "not yet"');
    const run = await start(owner, slug, { no: 7 });
    await reaches(owner, run, 'failed');
    await version('"new"');

    await enter(page, company, language, `/runs/${run}`);
    const dialog = page.getByRole('dialog');
    const own = dialog.getByRole('radio', { name: filled(say.runs.resume.own, { version: 1 }) });
    const newest = dialog.getByRole('radio', { name: filled(say.runs.resume.newest, { version: 2 }) });
    await page.getByRole('button', { name: say.runs.actions.replay }).click();
    await expect(dialog.getByText(bulk.noRepeats)).toBeVisible();
    await expect(own).toBeChecked();
    await dialog.getByRole('button', { name: say.runs.replay.go }).click();
    await expect(page).not.toHaveURL(new RegExp(run));
    await expect(page.getByRole('region', { name: view.failure })).toContainText('not yet');
    await expect(page.getByText(filled(say.runs.version, { version: 1 }), { exact: true })).toBeVisible();

    await page.goBack();
    await page.getByRole('button', { name: say.runs.actions.resume }).click();
    await newest.check();
    await dialog.getByRole('button', { name: say.runs.resume.go, exact: true }).click();
    await expect(page.getByText(view.resumedFrom)).toBeVisible();
    await expect(card(page, 'second')).toContainText(step.succeeded);
    const resumed = await runOf(owner, new URL(page.url()).pathname.split('/').pop() as string);
    expect(resumed.steps.find((one) => one.id === 'first')?.kept).toBe(true);

    // What was taken over is not offered again, and can still be replayed.
    await page.goBack();
    await expect(page.getByText(list.takenOver)).toBeVisible();
    await expect(page.getByRole('button', { name: say.runs.actions.resume })).toHaveCount(0);
    await page.getByRole('button', { name: say.runs.actions.replay }).click();
    await newest.check();
    await dialog.getByRole('button', { name: say.runs.replay.go }).click();
    await expect(page.getByText(view.replayedFrom)).toBeVisible();
    await expect(page.getByText(filled(say.runs.version, { version: 2 }), { exact: true })).toBeVisible();
    await expect(card(page, 'second')).toContainText(step.succeeded);
    await owner.dispose();
  });

  test(`a run is cancelled (${language})`, async ({ page, company }) => {
    const slug = slugOf('forever', language);
    const owner = await company.owner();
    await publish(owner, {
      slug,
      name: 'Waits for long',
      steps: [{ id: 'pause', use: 'wait', with: { for: '2h' } }, script('end', '1', { after: ['pause'] })],
    });
    const run = await start(owner, slug);
    await reaches(owner, run, 'waiting');
    await enter(page, company, language, `/runs/${run}`);
    await page.getByRole('button', { name: say.runs.actions.cancel, exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: bulk.reason }).fill('No truck today');
    await dialog.getByRole('button', { name: say.runs.reason.cancel.go }).click();
    await expect(page.getByRole('main').getByText(status.cancelled, { exact: true }).first()).toBeVisible();
    await expect(page.getByRole('button', { name: say.runs.actions.cancel, exact: true })).toHaveCount(0);
    await page.getByRole('tab', { name: view.tabs.timeline }).click();
    await expect(page.getByText('No truck today')).toBeVisible();
    await owner.dispose();
  });
}
