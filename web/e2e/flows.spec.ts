/** The list of flows: found, watched, switched, copied, taken out and brought in again. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { call, hookFlow, put, tail } from './flows';
import { enter, expect, LANGUAGES, type Language, test } from './server';
import { filled, words } from './words';

const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });
const choose = async (page: Page, label: string, option: string) => {
  await page.getByRole('combobox', { name: label }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
};
const act = async (page: Page, language: Language, flow: string, name: string) => {
  const menu = filled(words(language).flows.list.menu, { name: flow });
  await page.getByRole('button', { name: menu, exact: true }).click();
  await page.getByRole('menuitem', { name }).click();
};
/** A file as a reader chooses it. */
const json = (name: string, document: unknown) => ({
  name,
  mimeType: 'application/json',
  buffer: Buffer.from(typeof document === 'string' ? document : JSON.stringify(document)),
});

for (const language of LANGUAGES) {
  const say = words(language);
  const end = tail(language);

  test(`flows are found, and tell how they have been doing (${language})`, async ({ page, company }) => {
    const owner = await company.owner();
    const [slug, name, tag] = [`listed-${end}`, `Stock ${end}`, `stock-${end}`];
    await put(owner, hookFlow(slug, name, { tags: [tag] }), true);
    await put(owner, hookFlow(`waiting-${end}`, `Waiting ${end}`, { tags: [tag] }));
    let last = '';
    for (const fail of [false, true, false, false]) last = await call(company, owner, slug, { fail });

    await enter(page, company, language, '/flows');
    await expect(row(page, 'quote-to-erp-order')).toBeVisible();
    await page.getByRole('textbox', { name: say.flows.filter.text }).fill(name);
    await expect(row(page, 'quote-to-erp-order')).toBeHidden();
    await expect(page).toHaveURL(/[?&]text=/);
    const listed = row(page, slug);
    await expect(listed.getByText('75%')).toBeVisible();
    await expect(listed.getByText(filled(say.flows.list.runs_other, { shown: 4 }))).toBeVisible();
    const status = say.common.runStatus.succeeded;
    await expect(
      listed.getByRole('link', { name: filled(say.flows.list.lastRunOf, { name, status }) }),
    ).toHaveAttribute('href', `/runs/${last}`);
    const today = filled(say.flows.list.dayFigures, { day: '', succeeded: 3, failed: 1 });
    await expect(listed.getByRole('img', { name: new RegExp(today) })).toBeVisible();

    // By tag, from the flow itself; then by status, and by what starts them.
    await page.getByRole('button', { name: say.common.clear, exact: true }).last().click();
    await expect(row(page, 'quote-to-erp-order')).toBeVisible();
    await listed.getByRole('button', { name: tag }).click();
    await expect(row(page, 'quote-to-erp-order')).toBeHidden();
    await expect(row(page, `waiting-${end}`)).toBeVisible();
    await choose(page, say.common.status, say.flows.state.draft);
    await expect(listed).toBeHidden();
    await expect(row(page, `waiting-${end}`)).toBeVisible();
    await choose(page, say.flows.list.startedBy, say.common.triggerKind.schedule);
    await expect(page.getByRole('heading', { name: say.flows.nothing.title })).toBeVisible();

    // The address holds the filters: the same list for whoever it is sent to.
    await page.goto(`${company.url}/flows?tag=${tag}&state=on`);
    await expect(listed).toBeVisible();
    await expect(row(page, `waiting-${end}`)).toBeHidden();
    await owner.dispose();
  });

  test(`a flow is switched, copied, archived and brought back (${language})`, async ({ page, company }) => {
    const owner = await company.owner();
    const [slug, name] = [`switched-${end}`, `Switched ${end}`];
    await put(owner, hookFlow(slug, name), true);
    const enabled = async () =>
      ((await (await owner.get(`/api/v1/flows/${slug}`)).json()) as { enabled: boolean }).enabled;

    await enter(page, company, language, `/flows?text=${slug}`);
    const toggle = page.getByRole('switch', { name: filled(say.flows.list.switch, { name }), exact: true });
    await toggle.press('Space');
    await expect(toggle).not.toBeChecked();
    await expect(row(page, slug).getByText(say.flows.state.off, { exact: true }).last()).toBeVisible();
    await expect.poll(enabled).toBe(false);
    await toggle.press('Space');
    await expect(row(page, slug).getByText(say.flows.state.on, { exact: true }).last()).toBeVisible();
    await expect.poll(enabled).toBe(true);

    await act(page, language, name, say.flows.do.duplicate);
    await page.waitForURL(new RegExp(`/flows/${slug}-2$`));
    const copy = filled(say.flows.copyOf, { name });
    await expect(page.getByRole('heading', { level: 1, name: copy })).toBeVisible();

    await page.goto(`${company.url}/flows?text=${slug}`);
    await act(page, language, name, say.flows.do.archive);
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByText(filled(say.flows.archive.title_one, { name }))).toBeVisible();
    await dialog.getByRole('button', { name: say.flows.do.archive }).click();
    await expect(page.getByRole('alert').getByText(say.flows.archive.done_one)).toBeVisible();
    await expect(row(page, copy)).toBeVisible();
    await expect(toggle).toHaveCount(0);

    await choose(page, say.common.status, say.flows.state.archived);
    await expect(row(page, copy)).toBeHidden();
    await act(page, language, name, say.flows.do.unarchive);
    await expect(page.getByRole('alert').getByText(say.flows.archive.undone_one)).toBeVisible();
    await choose(page, say.common.status, say.flows.state.draft);
    await expect(row(page, name).first()).toBeVisible();

    // Several at once.
    await page.goto(`${company.url}/flows?text=${slug}`);
    await page.getByRole('checkbox', { name: say.flows.list.selectAll }).press('Space');
    const bar = page
      .getByRole('group')
      .filter({ hasText: filled(say.flows.list.chosen_other, { count: 2 }) });
    await bar.getByRole('button', { name: say.flows.do.archive }).click();
    await dialog.getByRole('button', { name: say.flows.do.archive }).click();
    await expect(
      page.getByRole('alert').getByText(filled(say.flows.archive.done_other, { count: 2 })),
    ).toBeVisible();
    await owner.dispose();
  });

  test(`what is exported is imported again (${language})`, async ({ page, company }) => {
    const owner = await company.owner();
    const [slug, name] = [`carried-${end}`, `Carried ${end}`];
    await put(owner, hookFlow(slug, name), true);
    await enter(page, company, language, `/flows?text=${slug}`);
    const saved = page.waitForEvent('download');
    await act(page, language, name, say.flows.do.export);
    const file = await saved;
    expect(file.suggestedFilename()).toBe(`${slug}.json`);
    const text = readFileSync(await file.path(), 'utf8');

    // As it is: there already, and unchanged. Under another name: a new one.
    const files = page.getByLabel(say.flows.import.files, { exact: true });
    await page.goto(`${company.url}/flows/import`);
    await files.setInputFiles(json(file.suggestedFilename(), text));
    await expect(row(page, name).getByText(say.flows.import.changes)).toBeVisible();
    await page.getByRole('button', { name: filled(say.flows.import.go_one, { count: 1 }) }).click();
    await expect(page.getByText(say.flows.import.results.unchanged, { exact: true })).toBeVisible();

    await page.getByRole('button', { name: say.flows.import.again }).click();
    const other = {
      ...JSON.parse(text),
      slug: `${slug}-there`,
      name: `${name} there`,
      trigger: { use: 'webhook', with: { path: `${slug}-there` } },
    };
    await files.setInputFiles(json('there.json', other));
    await expect(row(page, other.name).getByText(say.flows.import.new)).toBeVisible();
    await page.getByRole('switch', { name: say.flows.import.publish }).press('Space');
    await page.getByRole('button', { name: filled(say.flows.import.go_one, { count: 1 }) }).click();
    await expect(page.getByText(filled(say.flows.import.done_one, { count: 1 }))).toBeVisible();
    await expect(page.getByText(say.flows.import.results.created, { exact: true })).toBeVisible();
    await expect(page.getByText(filled(say.flows.published.title, { version: 1 }))).toBeVisible();
    const steps = page.getByRole('table', {
      name: filled(say.flows.import.stepsOf, { name: other.name }),
    });
    await expect(
      steps.getByRole('row', { name: /count/ }).getByText(say.flows.import.ready.ready),
    ).toBeVisible();
    await page.getByRole('link', { name: other.name }).click();
    await expect(page.getByRole('heading', { level: 1, name: other.name })).toBeVisible();
    expect((await owner.get(`/api/v1/flows/${slug}-there/versions/1`)).status()).toBe(200);
    await owner.dispose();
  });

  test(`an import says step by step what is missing, and why a file is no flow (${language})`, async ({
    page,
    company,
  }) => {
    const folder = mkdtempSync(join(tmpdir(), 'causeway-flows-'));
    const write = (path: string, document: unknown) => {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), typeof document === 'string' ? document : JSON.stringify(document));
    };
    const whole = hookFlow(`foldered-${end}`, `Foldered ${end}`);
    write('whole/flow.json', whole);
    write('broken.json', '{ "kind": "flow", ');
    // A workflow of another product.
    write('foreign.json', {
      name: 'My workflow',
      nodes: [{ type: 'n8n-nodes-base.webhook' }],
      connections: {},
    });
    await enter(page, company, language, '/flows/import');
    await page.getByLabel(say.flows.import.folder, { exact: true }).setInputFiles(folder);
    await expect(
      page.getByRole('heading', { name: filled(say.flows.import.before_other, { count: 3 }) }),
    ).toBeVisible();
    await expect(
      row(page, 'broken').getByText(say.flows.import.fault.unreadable, { exact: true }),
    ).toBeVisible();
    await expect(
      row(page, 'foreign').getByText(say.flows.import.fault.no_flow, { exact: true }),
    ).toBeVisible();
    await expect(row(page, 'foreign').getByText(say.flows.import.faultLead.no_flow)).toBeVisible();
    await page.getByRole('button', { name: filled(say.flows.import.go_one, { count: 1 }) }).click();
    await expect(page.getByRole('link', { name: whole.name })).toBeVisible();
    rmSync(folder, { recursive: true });

    // Pasted: what stands in no file. What it needs and this server lacks is told step by step.
    await page.getByRole('button', { name: say.flows.import.again }).click();
    await page.getByRole('button', { name: say.flows.import.paste }).click();
    const pasted = hookFlow(`pasted-${end}`, `Pasted ${end}`, {
      steps: [
        { id: 'ready', use: 'script', with: { code: '1' } },
        {
          id: 'order',
          use: 'dinkoko-erp.create_sales_order',
          connection: `other-erp-${end}`,
          with: { customer_code: 'C0001', lines: [{ sku: 'P-1001', quantity: 2 }] },
          after: ['ready'],
        },
        { id: 'strange', use: 'elsewhere.do_it', with: {}, after: ['order'] },
      ],
    });
    const text = page.getByRole('textbox', { name: say.flows.import.pasteLabel });
    await text.fill(JSON.stringify(pasted));
    await page.getByRole('button', { name: say.flows.import.look }).click();
    await page.getByRole('button', { name: filled(say.flows.import.go_one, { count: 1 }) }).click();
    const steps = page.getByRole('table', {
      name: filled(say.flows.import.stepsOf, { name: pasted.name }),
    });
    const step = (id: string) => steps.getByRole('row', { name: new RegExp(id) });
    await expect(step('ready').getByText(say.flows.import.ready.ready, { exact: true })).toBeVisible();
    const needs = filled(say.flows.import.ready.needs_connection, { name: `other-erp-${end}` });
    await expect(step('order').getByText(needs)).toBeVisible();
    await expect(step('strange').getByText(say.flows.import.ready.unknown)).toBeVisible();

    // What the server refuses says why.
    await page.getByRole('button', { name: say.flows.import.again }).click();
    await page.getByRole('button', { name: say.flows.import.paste }).click();
    await text.fill(JSON.stringify({ causeway: 1, kind: 'flow', slug: `refused-${end}`, steps: [] }));
    await page.getByRole('button', { name: say.flows.import.look }).click();
    await page.getByRole('button', { name: filled(say.flows.import.go_one, { count: 1 }) }).click();
    await expect(page.getByText(say.flows.import.results.refused, { exact: true })).toBeVisible();
    await expect(page.getByRole('img', { name: say.flows.publish.fault }).first()).toBeVisible();

    // Not even JSON: nothing can be imported, and it says so.
    await page.getByRole('button', { name: say.flows.import.again }).click();
    await page.getByRole('button', { name: say.flows.import.paste }).click();
    await text.fill('name: a flow in another form');
    await page.getByRole('button', { name: say.flows.import.look }).click();
    await expect(page.getByText(say.flows.import.faultLead.unreadable)).toBeVisible();
    await expect(
      page.getByRole('button', { name: filled(say.flows.import.go_other, { count: 0 }) }),
    ).toBeDisabled();
  });
}
