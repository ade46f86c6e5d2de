import { describe, expect, it } from 'vitest';
import { causes, type Letter } from './causes';

const letter = (id: string, slug: string, step: string, code: string, may_have_happened = false) =>
  ({
    id,
    slug,
    may_have_happened,
    failure: { step, error: { code, class: 'invalid', message: { en: '', 'zh-TW': '' } } },
  }) as unknown as Letter;

describe('causes', () => {
  it('are the same flow, step and error, the largest first', () => {
    const found = causes([
      letter('5', 'orders', 'post', 'timeout', true),
      letter('4', 'orders', 'post', 'http_status'),
      letter('3', 'bills', 'post', 'http_status'),
      letter('2', 'orders', 'post', 'http_status'),
      letter('1', 'orders', 'tell', 'http_status'),
    ]);
    expect(found.map((one) => [one.slug, one.step, one.code, one.letters.length])).toEqual([
      ['orders', 'post', 'http_status', 2],
      ['orders', 'post', 'timeout', 1],
      ['bills', 'post', 'http_status', 1],
      ['orders', 'tell', 'http_status', 1],
    ]);
    expect([found[0]?.newest.id, found[0]?.oldest.id]).toEqual(['4', '2']);
    expect(found[1]?.doubtful).toBe(1);
  });
  it('know letters without a step', () => {
    const [cause] = causes([{ id: '1', slug: 'orders', may_have_happened: false } as Letter]);
    expect(cause).toMatchObject({ step: undefined, code: '', doubtful: 0 });
  });
});
