import { expect, it } from 'vitest';
import { compared } from './compared';

const versions = [{ version: 3 }, { version: 2 }, { version: 1 }];

it('begins with what is not published yet', () => {
  expect(compared({}, { changed: true, published: 3 }, versions)).toEqual({ from: '3', to: 'draft' });
});
it('begins with what the newest version brought', () => {
  expect(compared({}, { changed: false, published: 3 }, versions)).toEqual({ from: '2', to: '3' });
});
it('takes the version before the one that is asked for', () => {
  expect(compared({ to: '2' }, { changed: true, published: 3 }, versions)).toEqual({ from: '1', to: '2' });
  expect(compared({ from: '3', to: '1' }, { changed: true, published: 3 }, versions)).toEqual({
    from: '3',
    to: '1',
  });
});
it('has nothing to compare the first version with', () => {
  expect(compared({}, { changed: false, published: 1 }, [{ version: 1 }])).toEqual({
    from: undefined,
    to: '1',
  });
});
