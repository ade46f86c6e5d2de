import { describe, expect, it } from 'vitest';
import { unzip, zip } from '../zip';
import { bodyOf, candidateOf, distinct, documentsAmong, nameOfPath, readPicked } from './candidates';

const flow = (more: object = {}) =>
  JSON.stringify({ causeway: 1, kind: 'flow', name: 'Orders', trigger: {}, steps: [{ id: 'a' }], ...more });
/** jsdom's files read no bytes. */
const file = (path: string, content: string | Uint8Array) => ({
  path,
  file: {
    text: async () => String(content),
    arrayBuffer: async () => (content as Uint8Array).buffer,
  } as unknown as File,
});

describe('the documents among files', () => {
  it('takes a folder with a flow as one flow', () => {
    expect(
      documentsAmong(['a/flow.json', 'a/cases/one.json', 'a/x.json', 'b.json', 'c/d.json', 'c/README.md']),
    ).toEqual(['a/flow.json', 'b.json', 'c/d.json']);
    expect(documentsAmong(['flow.json', 'other.json'])).toEqual(['flow.json']);
  });
  it('leaves out what systems put beside them', () => {
    expect(documentsAmong(['__MACOSX/a.json', '.git/b.json', 'c.json'])).toEqual(['c.json']);
  });
  it('names them by folder or file', () => {
    expect([nameOfPath('x/orders/flow.json'), nameOfPath('a/b.json'), nameOfPath('flow.json')]).toEqual([
      'orders',
      'b',
      'flow',
    ]);
  });
});

describe('a candidate', () => {
  it('is called as the document says', () => {
    expect(candidateOf({ path: 'a.json', text: flow({ slug: 'orders' }) })).toMatchObject({
      slug: 'orders',
      name: 'Orders',
      steps: 1,
    });
    expect(candidateOf({ path: 'My orders.json', text: flow() }).slug).toBe('my-orders');
  });
  it('may not read, or be no flow', () => {
    expect(candidateOf({ path: 'a.json', text: '{' }).fault).toBe('unreadable');
    expect(candidateOf({ path: 'a.json', text: '[]' }).fault).toBe('no_flow');
    expect(candidateOf({ path: 'a.json', text: 'null' }).fault).toBe('no_flow');
  });
});

describe('what was picked', () => {
  it('may be several zips, folders and files at once', async () => {
    const inZip = zip([
      { path: 'x/flow.json', text: flow({ slug: 'x' }) },
      { path: 'x/cases/1.json', text: '{}' },
    ]);
    const found = await readPicked([
      file('one.zip', inZip),
      file('two.zip', zip([])),
      file('work/y/flow.json', flow({ slug: 'y' })),
      file('work/y/README.md', ''),
    ]);
    expect(found.map((one) => [one.path, one.slug, one.fault])).toEqual([
      ['x/flow.json', 'x', undefined],
      ['two.zip', 'two-zip', 'unreadable'],
      ['work/y/flow.json', 'y', undefined],
    ]);
  });

  it('is sent so that nothing hides another', async () => {
    const both = ['1', '2'].map((no) => candidateOf({ path: 'flow.json', text: flow({ name: no }) }));
    expect(distinct(both).map((one) => one.path)).toEqual(['flow.json', '2/flow.json']);
    const sent = await unzip(bodyOf(both).body as Uint8Array<ArrayBuffer>, () => true);
    expect(sent.map((one) => JSON.parse(one.text).name)).toEqual(['1', '2']);
    expect(bodyOf(both.slice(0, 1))).toMatchObject({ type: 'application/json', name: 'flow.json' });
  });
});
