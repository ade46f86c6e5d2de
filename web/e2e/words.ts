/** The texts of the pages, so that a journey reads what its reader sees, in each language. */
import { texts as en } from '../src/i18n/en';
import { texts as zhTW } from '../src/i18n/zh-TW';
import type { Language } from './server';

export const words = (language: Language): typeof en => (language === 'en' ? en : zhTW);

/** A text with its holes filled. */
export const filled = (text: string, holes: Record<string, string | number>) =>
  text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(holes[name] ?? ''));

/** A text with anything in its holes. */
export const patternOf = (text: string) =>
  new RegExp(
    text
      .split(/\{\{\w+\}\}/)
      .map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.+'),
  );
