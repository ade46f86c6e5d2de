import { describe, expect, it } from 'vitest';
import { curlOf, isVerified, readyRequest } from './request';

const webhook = (more: Record<string, unknown>) => ({ use: 'webhook', with: more });
const HERE = 'http://127.0.0.1:7400';

describe('the call that starts a flow', () => {
  it('sends the sample to its address', () => {
    const call = readyRequest(webhook({ path: 'quotes' }), { body: { no: 'Q-1' } }, HERE);
    expect(call).toMatchObject({ method: 'POST', url: `${HERE}/hooks/quotes` });
    expect(JSON.parse(call.body ?? '')).toEqual({ no: 'Q-1' });
  });

  it('fills in the parts of the path, and the query', () => {
    const call = readyRequest(
      webhook({ path: 'shops/{shop}/orders/{no}', methods: ['PUT'] }),
      { params: { shop: 'a b' }, query: { page: 2 } },
      HERE,
    );
    expect(call.url).toBe(`${HERE}/hooks/shops/a%20b/orders/{no}?page=2`);
    expect(call.method).toBe('PUT');
  });

  it('has no body where the method takes none', () => {
    const call = readyRequest(webhook({ path: 'p', methods: ['GET'] }), { body: 1 }, HERE);
    expect(call.body).toBeUndefined();
  });

  it('knows what only its sender can sign', () => {
    expect(isVerified(webhook({ path: 'p' }))).toBe(false);
    expect(isVerified(webhook({ path: 'p', verify: { scheme: 'basic' } }))).toBe(true);
  });
});

it('a terminal gets it in quotes that hold', () => {
  const text = curlOf({ method: 'POST', url: 'http://a/b', headers: { A: 'b' }, body: `{"name":"O'Neil"}` });
  expect(text).toBe(`curl -i -X POST 'http://a/b' \\\n  -H 'A: b' \\\n  -d '{"name":"O'\\''Neil"}'`);
});
