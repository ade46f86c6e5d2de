/** Watching: the overview of the company's flows, and the map of its systems. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { call, hookFlow, put, tail } from './flows';
import { enter, expect, type Installation, LANGUAGES, test } from './server';
import { filled, words } from './words';

interface Outcomes {
  succeeded: number;
  failed: number;
  cancelled: number;
}
interface Overview {
  target: number;
  success_rate: number;
  runs: Outcomes & { total: number };
  saved_minutes: number;
  attention: { kind: string; count: number; names: string[] }[];
}
const overviewOf = async (company: Installation) => {
  const owner = await company.owner();
  const answer = (await (await owner.get('/api/v1/overview?days=7')).json()) as Overview;
  await owner.dispose();
  return answer;
};
const share = (part: number) =>
  new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 }).format(
    Math.floor(part * 1000) / 1000,
  );

for (const language of LANGUAGES) {
  const say = words(language);
  const end = tail(language);

  test(`minutes saved are set for a flow, and the overview adds up (${language})`, async ({
    page,
    company,
  }) => {
    const owner = await company.owner();
    const [slug, name] = [`watched-${end}`, `Watched ${end}`];
    await put(owner, hookFlow(slug, name));

    // In the flow's settings, and published with them.
    await enter(page, company, language, `/flows/${slug}`);
    await page.getByRole('button', { name: say.builder.header.more, exact: true }).click();
    await page.getByRole('menuitem', { name: say.builder.header.settings }).click();
    await page.locator('[data-field="/settings/minutes_saved"] input').fill('90');
    await expect(page.getByText(say.builder.saving.saved, { exact: true })).toBeVisible();
    await page.getByRole('button', { name: say.builder.header.publish, exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: filled(say.flows.publish.publish, { version: 1 }) }).click();
    await expect(dialog.getByText(filled(say.flows.published.title, { version: 1 }))).toBeVisible();
    for (const fail of [false, true, false, true]) await call(company, owner, slug, { fail });

    const sums = async () => {
      const { saved_minutes, runs } = await overviewOf(company);
      return saved_minutes >= 180 && runs.failed >= 2;
    };
    await expect.poll(sums).toBe(true);
    const told = await overviewOf(company);
    await page.goto(`${company.url}/overview`);
    const figure = (title: string) =>
      page
        .locator('.mantine-Card-root')
        .filter({ has: page.getByRole('heading', { name: title, exact: true }) });
    await expect(figure(say.overview.runs.title)).toContainText(String(told.runs.total));
    const success = figure(say.overview.success.title);
    await expect(success).toContainText(share(told.success_rate));
    await expect(success).toContainText(filled(say.overview.success.target, { target: share(told.target) }));
    await expect(success).toContainText(
      told.success_rate >= told.target ? say.overview.success.met : say.overview.success.below,
    );
    await expect(figure(say.overview.latency.title)).toContainText(say.overview.latency.met);
    const hours = Math.round(told.saved_minutes / 6) / 10;
    await expect(figure(say.overview.saved.title)).toContainText(filled(say.overview.saved.hours, { hours }));

    // What fails and what waits for somebody leads there.
    const failing = page.getByRole('table', { name: say.overview.failing.title });
    await expect(failing.getByRole('row', { name }).getByRole('cell').nth(1)).toHaveText('2');
    await expect(failing.getByRole('row', { name }).getByRole('cell').nth(2)).toHaveText('50%');
    await expect(page.getByRole('table', { name: say.overview.slowest.title })).toBeVisible();
    const letters = told.attention.find((one) => one.kind === 'dead_letters')?.count ?? 0;
    await page
      .getByRole('link', {
        name: filled(
          letters === 1 ? say.overview.attention.dead_letters_one : say.overview.attention.dead_letters_other,
          { count: letters },
        ),
      })
      .click();
    await expect(page).toHaveURL(/\/dead-letters/);
    await page.goBack();
    await failing.getByRole('link', { name }).click();
    await expect(page).toHaveURL(new RegExp(`/runs\\?.*flow=${slug}.*status=failed`));
    await owner.dispose();
  });

  test(`the chart is readable without colour, and as a table (${language})`, async ({ page, company }) => {
    const owner = await company.owner();
    const slug = `charted-${end}`;
    await put(owner, hookFlow(slug, `Charted ${end}`), true);
    for (const fail of [false, true]) await call(company, owner, slug, { fail });
    await owner.dispose();
    await expect.poll(async () => (await overviewOf(company)).runs.failed).toBeGreaterThan(0);
    const { runs } = await overviewOf(company);

    await enter(page, company, language, '/overview');
    const status = say.common.runStatus;
    // Each outcome has its word, its count and its pattern.
    await expect(page.getByText(`${status.succeeded} ${runs.succeeded}`)).toBeVisible();
    await expect(page.getByText(`${status.failed} ${runs.failed}`)).toBeVisible();
    const bar = page.locator('.recharts-bar-rectangle path[fill*="outcome-failed"]');
    await expect(bar).not.toHaveCount(0);

    await page.getByText(say.overview.volume.table, { exact: true }).click();
    const table = page.getByRole('table', { name: say.overview.volume.title });
    const today = table.getByRole('row').nth(1).getByRole('cell');
    await expect(today.nth(1)).toHaveText(String(runs.succeeded));
    await expect(today.nth(2)).toHaveText(String(runs.failed));
    await expect(today.last()).toHaveText(String(runs.total));
    await page.getByText(say.overview.period.d1, { exact: true }).click();
    await expect(table.getByRole('columnheader', { name: say.overview.volume.hour })).toBeVisible();
    await expect(page).toHaveURL(/days=1/);
    await expect(table.getByRole('row')).toHaveCount(25);
  });

  test(`the map: systems, flows, and what people carry (${language})`, async ({ page, company }) => {
    const owner = await company.owner();
    const { systems } = (await (await owner.get('/api/v1/system-map')).json()) as {
      systems: { id: string; title: Record<string, string> }[];
    };
    const titleOf = (id: string) => systems.find((one) => one.id === id)?.title[language] ?? '';
    const [crm, erp] = [titleOf('danlee-crm'), titleOf('dinkoko-erp')];
    const payroll = `Payroll ${end}`;
    await enter(page, company, language, '/map');
    const map = page.getByRole('region', { name: say.map.canvas.label });
    const node = (title: string) => map.getByRole('button', { name: new RegExp(`^${title}, `) });
    await expect(node(crm)).toBeVisible();
    await expect(node(erp)).toBeVisible();

    // A line says which way it goes, how much, and how well; it leads to its flows.
    const line = (from: string, to: string) =>
      map.getByRole('button', {
        name: new RegExp(`^${filled(say.map.canvas.edge, { from, to, what: '' })}`),
      });
    await line(crm, erp).click();
    const side = page.getByRole('complementary', {
      name: filled(say.map.edge.title, { from: crm, to: erp }),
    });
    const flows = side.getByRole('table', { name: say.map.edge.flows });
    await expect(flows.getByRole('row')).not.toHaveCount(1);
    await expect(flows.getByRole('link').first()).toHaveAttribute('href', /^\/flows\//);
    await expect(page).toHaveURL(/edge=/);

    // A system that no flow knows, and what people carry to it: drawn from dot to card.
    await page.getByRole('button', { name: say.common.add, exact: true }).click();
    await page.getByRole('menuitem', { name: say.map.add.system }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: say.map.system.name }).fill(payroll);
    await dialog.getByRole('button', { name: say.common.add }).click();
    await expect(node(payroll)).toBeVisible();
    await page.getByRole('button', { name: say.map.canvas.fit }).click();
    await draw(page, node(erp), node(payroll));
    await expect(dialog.getByText(say.map.handOver.newTitle)).toBeVisible();
    await expect(dialog.getByRole('combobox', { name: say.map.handOver.from, exact: true })).toHaveValue(erp);
    await expect(dialog.getByRole('combobox', { name: say.map.handOver.to, exact: true })).toHaveValue(
      payroll,
    );
    const note = '=Bonus, "monthly"';
    await dialog.getByRole('combobox', { name: say.map.handOver.how }).fill(say.map.handOver.ways.excel);
    await dialog.getByRole('textbox', { name: say.map.handOver.note }).fill(note);
    await dialog.getByRole('button', { name: say.common.add }).click();
    await expect(line(erp, payroll)).toContainText(say.map.handOver.ways.excel);
    await expect(page.getByRole('complementary').getByText(note)).toBeVisible();

    // The same as a table, here and as a file.
    await page.getByText(say.map.views.table, { exact: true }).click();
    const lines = page.getByRole('table', { name: say.map.table.lines });
    await expect(lines.getByRole('row').filter({ hasText: payroll })).toContainText(note);
    await expect(page.getByRole('table', { name: say.map.table.systems, exact: true })).toContainText(
      payroll,
    );
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: say.map.export }).click();
    const file = await saved;
    expect(file.suggestedFilename()).toMatch(/\.csv$/);
    const text = readFileSync(await file.path(), 'utf8');
    // The mark by which a spreadsheet knows the letters for what they are.
    expect(text.startsWith('\uFEFF')).toBe(true);
    const [head, ...rows] = text.trim().split('\r\n');
    expect(head).toBe(
      [
        say.map.table.from,
        say.map.table.to,
        say.map.table.what,
        say.map.edge.flows,
        say.map.table.runs,
        say.map.table.failed,
        say.map.table.how,
        say.map.table.note,
      ].join(','),
    );
    expect(rows.length).toBeGreaterThanOrEqual((await lines.getByRole('row').count()) - 1);
    // A note that a spreadsheet would take for a formula is text there.
    expect(rows).toContain(
      `${erp},${payroll},${say.map.byHand},,,,${say.map.handOver.ways.excel},"'=Bonus, ""monthly"""`,
    );
    expect(rows.some((row) => row.startsWith(`${crm},${erp},${say.map.byFlow},`))).toBe(true);

    // By keyboard alone: the line is opened and taken away, then the system.
    const open = (name: string) =>
      page.getByRole('button', { name: filled(say.map.table.open, { name }), exact: true });
    await open(filled(say.map.edge.title, { from: erp, to: payroll })).press('Enter');
    await page.getByRole('button', { name: say.map.edge.remove, exact: true }).press('Enter');
    await expect(dialog.getByText(filled(say.map.edge.removeAsk, { from: erp, to: payroll }))).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(lines.getByRole('row').filter({ hasText: payroll })).toHaveCount(0);
    await open(payroll).press('Enter');
    await page.getByRole('button', { name: say.map.system.remove }).press('Enter');
    await dialog.getByRole('button', { name: say.map.system.remove }).press('Enter');
    await expect(page.getByRole('table', { name: say.map.table.systems, exact: true })).not.toContainText(
      payroll,
    );
    const left = (await (await owner.get('/api/v1/system-map')).json()) as { systems: { id: string }[] };
    expect(left.systems.length).toBe(systems.length);
    await owner.dispose();
  });

  test(`a system is moved and opened by keyboard (${language})`, async ({ page, company }) => {
    const owner = await company.owner();
    const placed = async () => {
      const { systems } = (await (await owner.get('/api/v1/system-map')).json()) as {
        systems: { id: string; title: Record<string, string>; x?: number | null }[];
      };
      return systems.find((one) => one.id === 'tanjee-accounting');
    };
    const title = (await placed())?.title[language] ?? '';
    await enter(page, company, language, '/map');
    const node = page.getByRole('button', { name: new RegExp(`^${title}, `) });
    await node.press('Enter');
    await expect(page.getByRole('complementary', { name: title })).toBeVisible();
    const before = await node.boundingBox();
    await node.press('ArrowDown');
    await node.press('ArrowDown');
    await expect.poll(async () => (await placed())?.x).not.toBeNull();
    expect((await node.boundingBox())?.y).toBeGreaterThan(before?.y ?? 0);
    // And back to where it stands by itself.
    await page.getByRole('button', { name: say.common.add, exact: true }).click();
    await page.getByRole('menuitem', { name: say.map.arrange }).click();
    await page.getByRole('dialog').getByRole('button', { name: say.map.arrange }).click();
    await expect.poll(async () => (await placed())?.x).toBeNull();
    await owner.dispose();
  });
}

/** From the dot beside one system onto the card of another. */
async function draw(page: Page, from: ReturnType<Page['locator']>, to: ReturnType<Page['locator']>) {
  const dot = await from.locator('.react-flow__handle.source').boundingBox();
  const card = await to.boundingBox();
  if (!dot || !card) throw new Error('nothing to draw between');
  await page.mouse.move(dot.x + dot.width / 2, dot.y + dot.height / 2);
  await page.mouse.down();
  await page.mouse.move(card.x + card.width / 2, card.y + card.height / 2, { steps: 12 });
  await page.mouse.up();
}
