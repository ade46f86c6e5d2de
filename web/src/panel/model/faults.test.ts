import { describe, expect, it } from 'vitest';
import { faultsAt } from './faults';

const fault = (pointer: string) => ({
  code: 'x',
  severity: 'error',
  pointer,
  message: { en: 'Wrong', 'zh-TW': '' },
});

describe('faults', () => {
  it('are found at a place, and in it', () => {
    const all = [fault('/steps/1'), fault('/steps/1/with/a'), fault('/steps/10/with')];
    expect(faultsAt(all, '/steps/1', false)).toEqual([all[0]]);
    expect(faultsAt(all, '/steps/1', true)).toEqual([all[0], all[1]]);
  });
});
