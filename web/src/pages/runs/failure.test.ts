import { describe, expect, it } from 'vitest';
import { classOf, helpFor, isOwn, peerWords } from './failure';

describe('peerWords', () => {
  it('finds the message, however deep it stands, and the fields', () => {
    const body = {
      error: {
        code: 'INVALID',
        message: 'Some fields are not valid',
        fields: [{ field: 'subject', message: 'is required' }],
      },
    };
    expect(peerWords({ body })).toBe('Some fields are not valid: subject is required');
  });
  it('takes plain texts, lists of errors and OAuth answers', () => {
    expect(peerWords({ body: 'stock is short' })).toBe('stock is short');
    expect(peerWords({ body: { errors: [{ detail: 'no such customer' }] } })).toBe('no such customer');
    expect(peerWords({ body: { error: 'invalid_grant', error_description: 'consent ended' } })).toBe(
      'consent ended',
    );
  });
  it('says nothing where the answer is a page, or holds nothing telling', () => {
    expect(peerWords({ body: '<html><h1>502 Bad Gateway</h1></html>' })).toBeUndefined();
    expect(peerWords({ body: { code: 7, data: null } })).toBeUndefined();
    expect(peerWords({})).toBeUndefined();
  });
  it('reads JSON that came as text, also where it was cut', () => {
    expect(peerWords({ body: '{"error":{"message":"no stock"}}' })).toBe('no stock');
    expect(peerWords({ body: '{"error":{"code":"X","message":"some fields are no' })).toBe(
      'some fields are no',
    );
    expect(peerWords({ body: '{"code":7' })).toBeUndefined();
  });
  it('is never longer than a line or two', () => {
    expect(peerWords({ body: 'x'.repeat(5000) })).toHaveLength(240);
  });
});

describe('isOwn', () => {
  it('knows what was refused before it was sent', () => {
    expect(isOwn({ class: 'invalid' })).toBe(true);
    expect(isOwn({ class: 'invalid', status: 422 })).toBe(false);
    expect(isOwn({ class: 'timeout' })).toBe(false);
  });
});

describe('what helps', () => {
  it('follows from the class, and an unknown class is a fault', () => {
    expect(helpFor({ class: 'auth' })).toBe('authorise');
    expect(helpFor({ class: 'not_found' })).toBe('edit');
    expect(classOf({ class: 'something new' })).toBe('bug');
  });
});
