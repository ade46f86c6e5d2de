import { describe, expect, it } from 'vitest';
import type { RecipeSummary } from '@/api/recipes';
import type { FlowDocument } from '@/flow/types';
import { byStage, fits, matches, needsOf, SAMPLE, withConnections } from './recipes';

const recipe = (slug: string, stage: RecipeSummary['stage'], ...connectors: string[]): RecipeSummary => ({
  slug,
  title: { en: `Title of ${slug}`, 'zh-TW': `${slug}的名稱` },
  summary: { en: '', 'zh-TW': '報價單轉訂單' },
  stage,
  trigger: 'webhook',
  connectors,
  steps: 3,
  tags: ['sales'],
});
const plain = recipe('plain', 'orders', 'http');
const order = recipe('order', 'orders', 'crm', 'erp', 'line');
const notice = recipe('notice', 'finance', 'erp', 'line', 'http');

describe('recipes that fit', () => {
  const fitting = (...chosen: string[]) =>
    [plain, order, notice].filter((one) => fits(one, chosen)).map((one) => one.slug);

  it('are all while nothing is chosen', () => {
    expect(fitting()).toEqual(['plain', 'order', 'notice']);
  });
  it('have all chosen systems in them', () => {
    expect(fitting('erp')).toEqual(['order', 'notice']);
    expect(fitting('erp', 'crm')).toEqual(['order']);
    expect(fitting('shop')).toEqual([]);
  });
  it('need no connection for the sample company', () => {
    expect(fitting(SAMPLE)).toEqual(['plain']);
    expect(fitting(SAMPLE, 'erp')).toEqual(['plain', 'order', 'notice']);
  });
  it('are found by words of both languages', () => {
    expect(matches(order, ' TITLE of ')).toBe(true);
    expect(matches(order, '報價單')).toBe(true);
    expect(matches(order, 'line')).toBe(true);
    expect(matches(plain, 'line')).toBe(false);
  });
  it('stand in the order of the work, those that need least first', () => {
    expect(byStage([notice, order, plain])).toEqual([
      { stage: 'orders', recipes: [plain, order] },
      { stage: 'finance', recipes: [notice] },
    ]);
  });
});

describe('the connections of a recipe', () => {
  const document: FlowDocument = {
    causeway: 1,
    kind: 'flow',
    name: 'Orders',
    trigger: { use: 'crm.quote_confirmed', connection: 'crm' },
    steps: [
      { id: 'a', use: 'erp.get', connection: 'erp' },
      { id: 'b', use: 'for_each', with: { body: [{ id: 'c', use: 'erp.put', connection: 'erp' }] } },
      { id: 'd', use: 'line.push', connection: 'line' },
    ],
  };
  const connections = [
    { name: 'crm', connector: 'crm' },
    { name: 'crm-2', connector: 'crm' },
    { name: 'our-erp', connector: 'erp' },
    { name: 'line-a', connector: 'line' },
    { name: 'line-b', connector: 'line' },
  ];

  it('are taken by name, or where there is only one', () => {
    expect(needsOf(document, connections)).toEqual([
      { connector: 'crm', name: 'crm', taken: 'crm' },
      { connector: 'erp', name: 'erp', taken: 'our-erp' },
      { connector: 'line', name: 'line' },
    ]);
  });

  it('are written into the document, in loops too', () => {
    const filled = withConnections(document, connections);
    expect(filled.trigger.connection).toBe('crm');
    expect(filled.steps.map((step) => step.connection)).toEqual(['our-erp', undefined, 'line']);
    expect(filled.steps[1]?.with?.body).toEqual([{ id: 'c', use: 'erp.put', connection: 'our-erp' }]);
    expect(document.steps[0]?.connection).toBe('erp');
  });
});
