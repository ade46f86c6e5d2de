import { expect, it } from 'vitest';
import { failing } from './failing';

const at = (minute: number) => `2026-11-28T10:${String(minute).padStart(2, '0')}:00Z`;
const error = (minute: number) => ({ at: at(minute), code: 'x', message: { en: '', 'zh-TW': '' } });
const now = Date.parse(at(30));

it('counts a connection whose newest call failed', () => {
  const [broken, mended, fresh] = [
    { last_ok_at: at(1), last_error: error(2) },
    { last_ok_at: at(3), last_error: error(2) },
    {},
  ];
  expect(failing([broken, mended, fresh], now)).toEqual([broken]);
  expect(failing([{ last_error: error(2) }], now)).toHaveLength(1);
});

it('counts one that is paused, until it is not', () => {
  const paused = { paused_until: at(31), last_ok_at: at(5) };
  expect(failing([paused], now)).toEqual([paused]);
  expect(failing([{ ...paused, paused_until: at(29) }], now)).toEqual([]);
});
