import { describe, expect, it } from 'vitest';
import { readCron, type Times, writeCron } from './cron';

describe('times', () => {
  it.each<[string, Times]>([
    ['*/15 * * * *', { kind: 'minutes', every: 15 }],
    ['5 * * * *', { kind: 'hourly', minute: 5 }],
    ['30 9 * * *', { kind: 'daily', at: '09:30' }],
    ['30 9 * * 1-5', { kind: 'weekly', at: '09:30', days: [1, 2, 3, 4, 5] }],
    ['0 18 * * 1,4', { kind: 'weekly', at: '18:00', days: [1, 4] }],
    ['0 8 1 * *', { kind: 'monthly', at: '08:00', day: 1 }],
  ])('are said and written: %s', (cron, times) => {
    expect(readCron(cron)).toEqual(times);
    expect(writeCron(times)).toBe(cron);
  });
  it('know days by name and Sunday as 7', () => {
    expect(readCron('0 8 * * mon,SUN')).toEqual({ kind: 'weekly', at: '08:00', days: [0, 1] });
    expect(readCron('0 8 * * 5-7')).toEqual({ kind: 'weekly', at: '08:00', days: [0, 5, 6] });
  });
  it.each([
    '@daily',
    '0 9-17 * * *',
    '0 8 1 1 *',
    '*/7 * * * *',
    '0 0 8 * * *',
    '0 8 1 * 1',
    '0 8 L * *',
    '61 8 * * *',
  ])('that are said otherwise stay: %s', (cron) => {
    expect(readCron(cron)).toEqual({ kind: 'cron', cron });
    expect(writeCron(readCron(cron))).toBe(cron);
  });
});
