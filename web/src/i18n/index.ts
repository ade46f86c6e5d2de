/** Languages. Texts stand in `en/` and `zh-TW/`, one file per area; a text that lacks its twin does not compile. */
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { setRequestLanguage, type Text } from '@/api/client';
import type { texts } from './en';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof texts };
  }
}

export type Language = 'en' | 'zh-TW';
const KEPT = 'causeway.language';
const load: Record<Language, () => Promise<{ texts: object }>> = {
  en: () => import('./en'),
  'zh-TW': () => import('./zh-TW'),
};

/** What the address, this browser's last choice, or the browser itself asks for. */
export function wanted(): Language {
  const asked = new URLSearchParams(location.search).get('lang') ?? localStorage.getItem(KEPT);
  if (asked === 'en' || asked === 'zh-TW') return asked;
  return navigator.languages.some((one) => /^zh/i.test(one)) ? 'zh-TW' : 'en';
}

export async function setLanguage(next: Language) {
  if (!i18next.hasResourceBundle(next, 'translation')) {
    i18next.addResourceBundle(next, 'translation', (await load[next]()).texts);
  }
  localStorage.setItem(KEPT, next);
  setRequestLanguage(next);
  document.documentElement.lang = next === 'zh-TW' ? 'zh-Hant-TW' : 'en';
  await i18next.changeLanguage(next);
}

export async function startLanguages() {
  await i18next.use(initReactI18next).init({
    lng: 'none',
    fallbackLng: false,
    resources: {},
    interpolation: { escapeValue: false },
  });
  await setLanguage(wanted());
}

export const language = (): Language => (i18next.language === 'zh-TW' ? 'zh-TW' : 'en');

/** A server's text in the reader's language. */
export const say = (text: Text | null | undefined): string => text?.[language()] ?? '';
