import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { crc32, unzip, zip } from './zip';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('zip', () => {
  it('sums as everybody does', () => {
    expect(crc32(bytes('123456789'))).toBe(0xcbf43926);
  });

  it('reads what it wrote, with names in Chinese', async () => {
    const files = [
      { path: 'orders/flow.json', text: '{"name":"訂單"}' },
      { path: '報價單/flow.json', text: '{}' },
      { path: 'orders/cases/one.json', text: '[]' },
    ];
    const read = await unzip(zip(files), (path) => path.endsWith('/flow.json'));
    expect(read).toEqual(files.slice(0, 2));
  });

  it('gives the same bytes for the same documents', () => {
    const files = [{ path: 'a.json', text: '1' }];
    expect(zip(files)).toEqual(zip(files));
  });

  it('reads files that were packed', async () => {
    const plain = zip([{ path: 'a.json', text: 'x' }]);
    const packed = deflateRawSync(bytes('{"name":"packed"}'));
    // The same file with its data replaced: header 30 + name 6, one byte of data, then the directory.
    const joined = Uint8Array.from([...plain.subarray(0, 36), ...packed, ...plain.subarray(37)]);
    const view = new DataView(joined.buffer);
    const directory = 36 + packed.length;
    view.setUint16(directory + 10, 8, true);
    view.setUint32(directory + 20, packed.length, true);
    view.setUint32(joined.length - 22 + 16, directory, true);
    expect(await unzip(joined, () => true)).toEqual([{ path: 'a.json', text: '{"name":"packed"}' }]);
  });

  it('finds nothing in what is no zip', async () => {
    expect(await unzip(bytes('PK no zip'), () => true)).toEqual([]);
  });
});
