/** The canvas and its twin: steps put in, moved, copied between flows, undone, by pointer and by keyboard alone. */
import type { Page } from '@playwright/test';
import type { Step } from '../src/flow/types';
import { card, expectSaved, type Flow, operationTitle, order, plus, put, saved } from './drafts';
import { enter, expect, LANGUAGES, test } from './server';
import { filled, words } from './words';

const flow = (slug: string, ...steps: Step[]): Flow => ({
  causeway: 1,
  kind: 'flow',
  slug,
  name: `Canvas ${slug}`,
  trigger: { use: 'manual' },
  steps,
});
const script = (id: string, ...after: string[]): Step => ({
  id,
  name: `Step ${id}`,
  use: 'script',
  with: { code: '1' },
  ...(after.length > 0 && { after }),
});
const line = (slug: string) => flow(slug, script('one'), script('two', 'one'), script('three', 'two'));

/** Presses a key until what is looked for has the focus. */
async function press(page: Page, key: string, until: () => Promise<boolean>, most = 60) {
  for (let at = 0; at < most; at++) {
    if (await until()) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${key} does not lead there`);
}
const focused = (page: Page, selector: string) => () =>
  page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector);

for (const language of LANGUAGES) {
  const say = words(language);
  const at = (name: string) => `${name}-${language.toLowerCase()}`;

  test(`a step is found in the palette and stands where the + was (${language})`, async ({
    page,
    company,
  }) => {
    const slug = at('palette');
    await put(company, line(slug));
    const use = 'dinkoko-erp.create_sales_order';
    const title = (await operationTitle(company, use))[language] ?? '';
    await enter(page, company, language, `/flows/${slug}`);

    // Through the system that is connected.
    await plus(page, 'one>two').click();
    const palette = page.getByRole('dialog', { name: say.builder.palette.title.step });
    const group = (name: keyof typeof say.builder.palette.group) =>
      palette.getByRole('group', { name: say.builder.palette.group[name], exact: true });
    await expect(group('flow').getByRole('option')).not.toHaveCount(0);
    await group('yours')
      .getByRole('option', { name: /Dinkoko ERP/ })
      .click();
    await expect(group('reads').getByRole('option')).not.toHaveCount(0);
    await group('changes').getByRole('option', { name: title }).first().click();
    await expectSaved(company, slug, ({ steps }) =>
      steps.map((step) => [step.use, step.connection]),
    ).toContainEqual([use, 'erp']);
    const { steps } = await saved(company, slug);
    const made = steps.find((step) => step.use === use)?.id ?? '';
    expect(order(steps)).toEqual({ one: [], [made]: ['one'], two: [made], three: ['two'] });
    await expect(card(page, made)).toContainText(title);

    // Once more: lately used, and by searching in words of the business.
    await plus(page, 'three>').click();
    await expect(group('recent').getByRole('option', { name: title })).toBeVisible();
    await palette.getByRole('combobox').fill(`erp ${title}`);
    await expect(group('results').getByRole('option').first()).toContainText(title);
    await palette.getByRole('combobox').fill('xyzzy');
    await expect(palette.getByText(filled(say.builder.palette.nothing, { query: 'xyzzy' }))).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(palette).toBeHidden();
  });

  test(`cards are moved by dragging, chosen together, and carried to another flow (${language})`, async ({
    page,
    company,
  }) => {
    const [slug, other] = [at('moved'), at('pasted')];
    await put(company, line(slug));
    await put(company, flow(other, script('one')));
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await enter(page, company, language, `/flows/${slug}`);

    const target = await plus(page, 'three>').boundingBox();
    await card(page, 'one').hover();
    await page.mouse.down();
    await page.mouse.move((target?.x ?? 0) + 30, (target?.y ?? 0) - 20, { steps: 4 });
    await page.mouse.move((target?.x ?? 0) + 10, (target?.y ?? 0) + 10, { steps: 4 });
    await page.mouse.up();
    await expectSaved(company, slug, ({ steps }) => order(steps)).toEqual({
      two: [],
      three: ['two'],
      one: ['three'],
    });
    await page.keyboard.press('Control+z');
    const before = { one: [], two: ['one'], three: ['two'] };
    await expectSaved(company, slug, ({ steps }) => order(steps)).toEqual(before);
    await page.keyboard.press('Control+Shift+z');
    await expectSaved(company, slug, ({ steps }) => order(steps)).toMatchObject({ one: ['three'] });
    await page.keyboard.press('Control+z');
    await expectSaved(company, slug, ({ steps }) => order(steps)).toEqual(before);

    // Two of them, as JSON.
    await card(page, 'two').click();
    await card(page, 'three').click({ modifiers: ['Shift'] });
    await expect(page.locator('[data-marked]')).toHaveCount(2);
    await page.keyboard.press('Control+c');
    const text = await page.evaluate(() => navigator.clipboard.readText());
    expect(JSON.parse(text)).toMatchObject({
      kind: 'causeway/steps',
      steps: [{ id: 'two' }, { id: 'three', after: ['two'] }],
    });
    await enter(page, company, language, `/flows/${other}`);
    await card(page, 'one').click();
    await page.keyboard.press('Control+v');
    await expectSaved(company, other, ({ steps }) => order(steps)).toEqual(before);
    await expect(page.locator('[data-marked]')).toHaveCount(2);
    // Pasted once more they have ids of their own; cut, they are gone from here, and still can be pasted.
    await page.keyboard.press('Control+v');
    await expectSaved(company, other, ({ steps }) => steps.length).toBe(5);
    await page.keyboard.press('Control+x');
    await expectSaved(company, other, ({ steps }) => order(steps)).toEqual(before);
    await page.keyboard.press('Delete');
    await expectSaved(company, other, ({ steps }) => steps.length).toBe(2);
  });

  test(`a whole flow is built and published with the keyboard alone (${language})`, async ({
    page,
    company,
  }) => {
    const slug = at('keys');
    await put(company, flow(slug));
    await enter(page, company, language, `/flows/${slug}`);
    await expect(card(page, 'trigger')).toBeVisible();
    const ids = () => saved(company, slug).then(({ steps }) => steps.map((step) => step.id));
    const isCard = focused(page, '.react-flow__node-card');
    const insert = async (search: string) => {
      await page.keyboard.press('/');
      await expect(page.getByRole('combobox', { name: say.common.search })).toBeFocused();
      await page.keyboard.type(search);
      await page.keyboard.press('Enter');
      await expect.poll(isCard, 'the new step has the focus').toBe(true);
    };
    await press(page, 'Tab', isCard);

    await insert('script');
    // Into the panel, a name, a script, and back to the card.
    await page.keyboard.press('Enter');
    await expect(page.getByRole('textbox', { name: say.panel.head.name })).toBeFocused();
    await page.keyboard.type('Total');
    await press(page, 'Tab', focused(page, `.cm-content[aria-label="${say.panel.script.label}"]`));
    await page.keyboard.type('#{ total: 120 }');
    // The first closes what the editor may offer.
    await press(page, 'Escape', isCard, 3);

    // A branch with a step in each of its ways.
    await insert('branch');
    const [total = '', branch = ''] = await expect.poll(ids).toHaveLength(2).then(ids);
    await insert('stop');
    await page.keyboard.press('ArrowUp');
    await expect(card(page, branch)).toBeFocused();
    await insert('script');
    await expectSaved(company, slug, ({ steps }) => steps.length).toBe(4);
    const { steps } = await saved(company, slug);
    const ways = steps.filter((step) => step.after?.[0]?.startsWith(`${branch}.`));
    expect(new Set(ways.map((step) => step.after?.[0])).size, 'each in a way of its own').toBe(2);

    // Copied, pasted, taken away, brought back.
    await page.keyboard.press('Control+d');
    await expectSaved(company, slug, (draft) => draft.steps.length).toBe(5);
    await page.keyboard.press('Delete');
    await expectSaved(company, slug, (draft) => draft.steps.length).toBe(4);
    await page.keyboard.press('Control+z');
    await expectSaved(company, slug, (draft) => draft.steps.length).toBe(5);
    await page.keyboard.press('Control+y');
    await expectSaved(company, slug, (draft) => draft.steps.length).toBe(4);

    // Its first script is still the first, and named.
    expect(steps[0]).toMatchObject({ id: total, name: 'Total', with: { code: '#{ total: 120 }' } });
    await page.getByRole('button', { name: say.builder.header.publish }).focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog')).toBeVisible();
  });

  test(`the list says and does what the canvas does (${language})`, async ({ page, company }) => {
    const slug = at('list');
    await put(company, {
      ...flow(
        slug,
        script('one'),
        {
          id: 'which',
          name: 'Which way',
          use: 'branch',
          after: ['one'],
          with: { cases: [{ port: 'large', when: 'steps.one > 5' }], otherwise: 'small' },
        },
        { ...script('ask', 'which.large'), note: 'Asked for by the sales office.' },
        script('book', 'which.small'),
      ),
    });
    await enter(page, company, language, `/flows/${slug}`);
    const view = (name: string) =>
      page.getByRole('radiogroup', { name: say.builder.header.view }).locator('label', { hasText: name });
    await expect(card(page, 'ask')).toContainText('Asked for by the sales office.');
    await view(say.builder.header.outline).click();
    const tree = page.getByRole('tree', { name: say.builder.outline.label });
    const row = (name: string | RegExp) => tree.getByRole('treeitem', { name });
    await expect(row(/Step ask/)).toContainText('Asked for by the sales office.');
    await expect(row(/large/)).toHaveAttribute('aria-level', '2');

    // The arrows lead through all of it; what is reached is selected, and its panel open.
    await row(/Step one/).click();
    await expect(page.getByRole('textbox', { name: say.panel.head.name })).toHaveValue('Step one');
    await page.keyboard.press('ArrowDown');
    await expect(row(/Which way/)).toBeFocused();
    await page.keyboard.press('End');
    await expect(row(/Step book/)).toBeFocused();
    await expect(page.getByRole('textbox', { name: say.panel.head.name })).toHaveValue('Step book');

    // Added, moved, and removed there.
    await page.keyboard.press('/');
    await page.keyboard.type('script');
    await page.keyboard.press('Enter');
    await expectSaved(company, slug, ({ steps }) => order(steps)).toHaveProperty('script', ['book']);
    await expect(tree.locator('[aria-selected="true"]')).toBeFocused();
    await page.keyboard.press('Alt+ArrowUp');
    await expectSaved(company, slug, ({ steps }) => order(steps)).toMatchObject({ book: ['script'] });
    await page.keyboard.press('Delete');
    await expectSaved(company, slug, ({ steps }) => order(steps)).toMatchObject({ book: ['which.small'] });

    // A note for colleagues, which the canvas then shows.
    await row(/Step book/).click();
    await page.getByRole('button', { name: say.panel.more.title }).click();
    await page.getByRole('textbox', { name: say.panel.more.note }).fill('Booked by night.');
    await expect(row(/Step book/)).toContainText('Booked by night.');
    await view(say.builder.header.canvas).click();
    await expect(card(page, 'book')).toContainText('Booked by night.');
    await expect(card(page, 'book').locator('[data-marked]')).toBeVisible();
  });

  test(`branches are columns, a loop is a frame, an error has its way (${language})`, async ({
    page,
    company,
  }) => {
    const slug = at('shapes');
    await put(
      company,
      flow(
        slug,
        script('read'),
        {
          id: 'which',
          name: 'Which way',
          use: 'branch',
          after: ['read'],
          with: { cases: [{ port: 'large', when: 'steps.read > 5' }], otherwise: 'small' },
        },
        script('ask', 'which.large'),
        {
          id: 'each',
          name: 'Each line',
          use: 'for_each',
          after: ['which.small'],
          with: { items: '{{ [1, 2] }}', body: [script('inner')] },
        },
      ),
    );
    await enter(page, company, language, `/flows/${slug}`);
    const box = async (of: ReturnType<typeof card>) =>
      (await of.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    const [ask, each, inner] = [
      await box(card(page, 'ask')),
      await box(card(page, 'each')),
      await box(card(page, 'inner')),
    ];
    expect(Math.abs(ask.y - each.y), 'both ways begin at the same height').toBeLessThan(30);
    expect(ask.x + ask.width < each.x || each.x + each.width < ask.x, 'beside each other').toBe(true);
    const frame = await box(page.locator('.react-flow__node-frame'));
    expect(inner.x > frame.x && inner.x + inner.width < frame.x + frame.width).toBe(true);
    expect(inner.y > frame.y && inner.y + inner.height < frame.y + frame.height).toBe(true);
    await expect(page.locator('.react-flow__node-frame')).toContainText(say.builder.card.eachItem);

    // Into the loop.
    await plus(page, 'inner>', 'each').click();
    await page.keyboard.type('script');
    await page.keyboard.press('Enter');
    await expectSaved(company, slug, ({ steps }) =>
      order((steps.find((step) => step.id === 'each')?.with?.body ?? []) as Step[]),
    ).toEqual({ inner: [], script: ['inner'] });

    // What happens on error: of the step, from the tools beside its card.
    await card(page, 'ask').click();
    await page
      .getByRole('toolbar', { name: say.builder.tools.label })
      .getByRole('button', { name: say.builder.tools.onError })
      .click();
    await page.keyboard.type('stop');
    await page.keyboard.press('Enter');
    await expectSaved(company, slug, ({ steps }) => order(steps)).toHaveProperty('stop', ['ask.error']);
    await expect(page.locator('path[data-error]')).toHaveCount(1);
    await expect(page.getByText(say.builder.ports.error, { exact: true })).toBeVisible();
  });
}
