import { describe, expect, it } from 'vitest';
import { localise, resolve } from './localise';

const schema = {
  type: 'object',
  properties: {
    title: {
      type: 'string',
      title: 'Heading',
      description: 'Shown on top.',
      default: { title: 'x', 'x-causeway-zh-TW': { title: 'never' } },
      'x-causeway-zh-TW': { title: '標題' },
    },
  },
};

describe('localise', () => {
  it('takes the asked language, and the English one where there is no twin', () => {
    const zh = localise(schema, 'zh-TW');
    expect(zh.properties.title.title).toBe('標題');
    expect(zh.properties.title.description).toBe('Shown on top.');
    expect(localise(schema, 'en').properties.title.title).toBe('Heading');
  });

  it('leaves data alone that looks like a schema', () => {
    expect(localise(schema, 'zh-TW').properties.title.default.title).toBe('x');
  });
});

describe('resolve', () => {
  it('follows references and keeps what stands beside them', () => {
    const root = { $defs: { 'a/b': { $ref: '#/$defs/c' }, c: { type: 'string', title: 'C' } } };
    expect(resolve({ $ref: '#/$defs/a~1b', title: 'Mine' }, root)).toEqual({ type: 'string', title: 'Mine' });
  });

  it('ends where references go in a circle or nowhere', () => {
    const root = { $defs: { a: { $ref: '#/$defs/a' } } };
    expect(resolve({ $ref: '#/$defs/a' }, root)).toHaveProperty('$ref');
    expect(resolve({ $ref: '#/$defs/none', title: 'T' }, root)).toEqual({ title: 'T' });
  });
});
