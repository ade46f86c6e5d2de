import { describe, expect, it } from 'vitest';
import { holesOf, renameInFormula, renameInText, renamePort, renameStep } from './expressions';
import { branch, each, flow, script, shape } from './testing';

const renames = new Map([['order', 'sale']]);

describe('ids in formulas', () => {
  it.each([
    ['steps.order.no', 'steps.sale.no'],
    ['errors?.order.class == steps . order', 'errors?.sale.class == steps . sale'],
    ['steps["order"].no', 'steps["sale"].no'],
    ['mysteps.order + trigger.steps.order', 'mysteps.order + trigger.steps.order'],
    ['steps.orders + "steps.order" // steps.order', 'steps.orders + "steps.order" // steps.order'],
    ['`$' + '{steps.order}`', '`$' + '{steps.sale}`'],
  ])('%s', (before, after) => expect(renameInFormula(before, renames)).toBe(after));

  it('are renamed inside of holes only', () => {
    expect(
      renameInText('steps.order {{ steps.order }} {{ #{ a: #{ b: 1 }}, c: steps.order }}', renames),
    ).toBe('steps.order {{ steps.sale }} {{ #{ a: #{ b: 1 }}, c: steps.sale }}');
    expect(holesOf('{{ "}}" }}-{{ a')).toEqual([
      [0, 10],
      [11, 15],
    ]);
  });
});

describe('renaming', () => {
  it('reaches every place that names a step, in loops too', () => {
    const document = flow(
      script('order'),
      { ...branch('s', ['n', 'l'], 'order'), with: { cases: [{ port: 'l', when: 'steps.order > 1' }] } },
      each('each', [{ ...script('x'), with: { code: 'steps.order.a' } }], 'order.error'),
      {
        id: 'h',
        use: 'http.request',
        with: { url: 'steps.order', json: { a: ['{{ steps.order.b }}'] } },
        after: ['s.l'],
      },
    );
    const next = renameStep(document, 'order', 'sale');
    expect(shape(next)).toBe('sale; s < sale; each < sale.error; each/x; h < s.l');
    const text = JSON.stringify(next);
    expect(text.match(/steps\.sale/g)).toHaveLength(3);
    expect(next.steps[3]?.with?.url).toBe('steps.order');
  });

  it('keeps those that follow an exit when it gets another name', () => {
    const document = flow(branch('s', ['n', 'l']), script('a', 's.l'));
    expect(shape(renamePort(document, 's', 'l', 'large'))).toBe('s; a < s.large');
  });
});
