import { describe, expect, it } from 'vitest';
import { credentialFields, faultsBelow, filled, splitSettings } from './fields';

const text = { en: '', 'zh-TW': '' };

describe('credentialFields', () => {
  const form = {
    name: 'oauth',
    kind: 'oauth_client' as const,
    title: text,
    description: text,
    credentials: {
      required: ['client_id', 'client_secret'],
      properties: {
        webhook_secret: { title: 'Webhook secret', description: 'Signs events.' },
        client_id: { title: 'Client id', description: 'Client id' },
        client_secret: { title: 'Client secret', 'x-causeway-zh-TW': { title: '用戶端密鑰' } },
      },
    },
  };

  it('puts what is needed first, and hides what is secret', () => {
    const fields = credentialFields(form, 'en');
    expect(fields.map((field) => field.name)).toEqual(['client_id', 'client_secret', 'webhook_secret']);
    expect(fields.map((field) => field.open)).toEqual([true, false, false]);
    expect(fields.map((field) => field.required)).toEqual([true, true, false]);
  });

  it('drops a description that only repeats the title, and speaks the language', () => {
    const fields = credentialFields(form, 'zh-TW');
    expect(fields[0]?.description).toBe('');
    expect(fields[1]?.title).toBe('用戶端密鑰');
  });
});

describe('splitSettings', () => {
  it('keeps apart what has to be thought about', () => {
    const { needed, further, placeholders } = splitSettings(
      {
        type: 'object',
        required: ['base_url'],
        properties: {
          base_url: { type: 'string', default: '' },
          database: { type: 'string' },
          host: { type: 'string', default: 'api.example.com' },
          url: { type: 'string', examples: ['https://x'] },
        },
      },
      'en',
    );
    expect(Object.keys(needed?.properties as object)).toEqual(['base_url', 'database', 'url']);
    expect(needed?.required).toEqual(['base_url']);
    expect(Object.keys(further?.properties as object)).toEqual(['host']);
    expect(placeholders).toEqual({ host: 'api.example.com', url: 'https://x' });
  });
});

it('leaves out what was left empty, but neither false nor 0', () => {
  expect(filled({ a: '', b: 'x', c: false, d: 0, e: undefined })).toEqual({ b: 'x', c: false, d: 0 });
});

it('finds the faults of a form by field', () => {
  const fault = (pointer: string) => ({ pointer, code: 'x', severity: 'error', message: text }) as never;
  const found = faultsBelow(
    [fault('/settings/production/a/0'), fault('/credentials/production/b')],
    '/settings/production',
  );
  expect(Object.keys(found)).toEqual(['a']);
});
