import { expect, it } from 'vitest';
import { makePassword } from './password';
import { rolesUpTo } from './roles';

it('makes passwords of four groups without letters that look alike', () => {
  for (let count = 0; count < 50; count++) {
    expect(makePassword()).toMatch(/^([a-hjkmnp-z2-9]{5}-){3}[a-hjkmnp-z2-9]{5}$/);
  }
  expect(makePassword()).not.toBe(makePassword());
});

it('passes over random bytes that would favour some letters', () => {
  let count = 0;
  const bytes = [255, 248, 0];
  const password = makePassword((into) => {
    into[0] = bytes[count++ % bytes.length] as number;
  });
  expect(password).toBe('aaaaa-aaaaa-aaaaa-aaaaa');
});

it('offers no role above one’s own', () => {
  expect(rolesUpTo('editor')).toEqual(['viewer', 'operator', 'editor']);
  expect(rolesUpTo('owner')).toHaveLength(5);
});
