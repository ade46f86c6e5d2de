import { describe, expect, it } from 'vitest';
import type { Catalogue } from '@/api/catalogue';
import { allOf, found, offerOf } from './entries';

const text = (en: string, zh = en) => ({ en, 'zh-TW': zh });
const kind = (name: string, en: string, zh: string) => ({
  name,
  title: text(en, zh),
  description: text(`${en} described`),
  input: {},
  ports: [],
  named_by_input: false,
  pure: false,
});
const operation = (name: string, en: string, zh: string, read_only = false) => ({
  name,
  title: text(en, zh),
  description: text(`About ${name}`),
  read_only,
  idempotency: 'none',
});
const catalogue = {
  steps: [kind('stop', 'Stop', '停止'), kind('branch', 'Branch', '分支'), kind('new_kind', 'New', '新')],
  triggers: [kind('manual', 'By hand', '手動'), kind('webhook', 'Webhook', 'Webhook')],
  connectors: [
    {
      name: 'erp',
      version: '1',
      title: text('Dinkoko ERP', '鼎新 ERP'),
      description: text(''),
      operations: [
        operation('list_customers', 'List customers', '列出客戶', true),
        operation('create', 'Create a customer', '新增客戶'),
      ],
      triggers: [
        { name: 'posted', title: text('Order posted', '訂單過帳'), description: text(''), way: 'webhook' },
      ],
    },
    {
      name: 'crm',
      version: '1',
      title: text('CRM'),
      description: text(''),
      operations: [operation('list_customers', 'List customers', '列出客戶')],
    },
  ],
} as unknown as Catalogue;
const uses = (entries: { use: string }[]) => entries.map(({ use }) => use);

describe('the palette', () => {
  it('offers kinds in the order in which they are needed, new ones last', () => {
    expect(uses(offerOf(catalogue, 'step').kinds)).toEqual(['branch', 'stop', 'new_kind']);
    expect(uses(offerOf(catalogue, 'trigger').kinds)).toEqual(['webhook', 'manual']);
  });

  it('offers only systems that have something to offer', () => {
    expect(offerOf(catalogue, 'trigger').systems.map(({ name }) => name)).toEqual(['erp']);
    expect(offerOf(catalogue, 'step').systems[0]?.entries[0]).toMatchObject({
      readOnly: true,
      system: 'erp',
    });
  });

  const all = allOf(offerOf(catalogue, 'step'));
  it.each([
    ['客戶', ['erp.list_customers', 'erp.create', 'crm.list_customers']],
    ['LIST', ['erp.list_customers', 'crm.list_customers']],
    ['crm list', ['crm.list_customers']],
    ['鼎新 新增', ['erp.create']],
    ['分支', ['branch']],
    ['nothing of the kind', []],
  ])('finds %s in either language', (query, expected) => {
    expect(uses(found(all, query)).toSorted()).toEqual(expected.toSorted());
  });

  it('puts what begins with the word first', () => {
    expect(uses(found(all, 'create'))[0]).toBe('erp.create');
    expect(found(all, '')).toHaveLength(all.length);
    expect(found(all, 'c', undefined, 2)).toHaveLength(2);
    expect(uses(found(all, 'list', new Set(['crm'])))[0]).toBe('crm.list_customers');
  });
});
