import { describe, expect, it } from 'vitest';
import { isSlug, numbered, renamed, suggestSlug } from './slug';

describe('a slug from a name', () => {
  it.each([
    ['Quote confirmed -> sales order', 'quote-confirmed-to-sales-order'],
    ['LINE bot: a customer’s history', 'line-bot-a-customers-history'],
    ['報價單轉 ERP 訂單', 'erp'],
    ['CRM 客戶 → ERP', 'crm-to-erp'],
    ['訂單 → ERP', 'erp'],
    ['ERP → 訂單', 'erp'],
    ['Café São', 'cafe-sao'],
    ['報價單轉訂單', ''],
    ['  --  ', ''],
    ['To do', 'do'],
  ])('%s', (name, slug) => {
    expect(suggestSlug(name)).toBe(slug);
  });

  it('is never longer than a slug may be, nor ends in a dash', () => {
    const slug = suggestSlug(`${'a'.repeat(63)} b`);
    expect(slug).toBe('a'.repeat(63));
    expect(isSlug(slug)).toBe(true);
  });
});

describe('a slug that is still free', () => {
  it('counts up from the one that is taken', () => {
    expect(numbered('orders', 1)).toBe('orders');
    expect(numbered('orders', 2)).toBe('orders-2');
    expect(numbered('orders-2', 3)).toBe('orders-3');
  });
  it('gives way where it would be too long', () => {
    expect(numbered('a'.repeat(64), 12)).toBe(`${'a'.repeat(61)}-12`);
  });
});

describe('a document under another slug', () => {
  const document = {
    causeway: 1 as const,
    kind: 'flow' as const,
    slug: 'orders',
    name: 'Orders',
    trigger: { use: 'webhook', with: { path: 'shop/orders', reply: 'last' } },
    steps: [],
  };

  it('takes its webhook along', () => {
    expect(renamed(document, 'orders-3')).toMatchObject({
      slug: 'orders-3',
      trigger: { use: 'webhook', with: { path: 'shop/orders-3', reply: 'last' } },
    });
    const copy = renamed(document, 'orders-2');
    expect(renamed(copy, 'orders-3').trigger.with?.path).toBe('shop/orders-3');
  });

  it('leaves everything else alone', () => {
    expect(renamed(document, 'orders').trigger).toEqual(document.trigger);
    expect(renamed(document, 'bestellungen').trigger).toEqual(document.trigger);
    const manual = { ...document, trigger: { use: 'manual' } };
    expect(renamed(manual, 'orders-2').trigger).toEqual({ use: 'manual' });
  });
});
