import { describe, expect, it } from 'vitest';
import { faultsAt, placed } from './faults';

const fault = (pointer: string, code = 'x', en = 'Wrong') => ({
  code,
  severity: 'error',
  pointer,
  message: { en, 'zh-TW': '' },
});

describe('faults', () => {
  it('of what is missing stand at the empty field', () => {
    expect(placed(fault('/steps/0/with', 'missing_field', 'The field `a/b` is missing.')).pointer).toBe(
      '/steps/0/with/a~1b',
    );
    expect(placed(fault('/steps/0/with')).pointer).toBe('/steps/0/with');
  });
  it('are found at a place, and in it', () => {
    const all = [fault('/steps/1'), fault('/steps/1/with/a'), fault('/steps/10/with')];
    expect(faultsAt(all, '/steps/1', false)).toEqual([all[0]]);
    expect(faultsAt(all, '/steps/1', true)).toEqual([all[0], all[1]]);
  });
});
