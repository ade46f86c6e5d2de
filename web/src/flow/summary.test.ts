import { expect, it } from 'vitest';
import { summaryOf } from './summary';
import { branch } from './testing';
import type { Step } from './types';

it.each<[Step, string]>([
  [branch('s', ['n', 'l']), 'l / n'],
  [{ id: 'a', use: 'script', with: { code: 'let x = 1;\n  // Sums it up.\n// More' } }, 'Sums it up.'],
  [{ id: 'a', use: 'for_each', with: { items: '{{ steps.a.items }}', body: [] } }, 'steps.a.items'],
  [{ id: 'a', use: 'wait', with: { for: '2h' } }, '2h'],
  [{ id: 'a', use: 'stop', with: { message: 'x'.repeat(80) } }, `${'x'.repeat(59)}…`],
  [{ id: 'a', use: 'http.request', with: { url: 'x' } }, ''],
  [{ id: 'a', use: 'approval' }, ''],
])('says what %j is about', (step, summary) => expect(summaryOf(step)).toBe(summary));
