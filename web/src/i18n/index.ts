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

export type Area = keyof typeof texts;
/** What is needed before any page. All else comes with the pages that say it (`routes.tsx`). */
const loaded = new Set<Area>(['common', 'shell']);
const files = import.meta.glob<Record<string, object>>(['./en/*.ts', './zh-TW/*.ts', '!./*/index.ts']);

async function fetchTexts(tongue: Language, areas: Iterable<Area>) {
  const one = async (area: Area) => {
    if (i18next.getResource(tongue, 'translation', area) !== undefined) return;
    const module = await files[`./${tongue}/${area}.ts`]?.();
    i18next.addResourceBundle(tongue, 'translation', { [area]: module?.[area] }, true, true);
  };
  await Promise.all([...areas].map(one));
}

/** Brings the texts of these areas, in this language and in each that is chosen later. */
export async function loadTexts(areas: readonly Area[]) {
  for (const area of areas) loaded.add(area);
  await fetchTexts(language(), areas);
}

/** What the address, this browser's last choice, or the browser itself asks for. */
export function wanted(): Language {
  const asked = new URLSearchParams(location.search).get('lang') ?? localStorage.getItem(KEPT);
  if (asked === 'en' || asked === 'zh-TW') return asked;
  return navigator.languages.some((one) => /^zh/i.test(one)) ? 'zh-TW' : 'en';
}

export async function setLanguage(next: Language) {
  await fetchTexts(next, loaded);
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
  // Chinese has no plural, but one thing is spoken of otherwise than several there too: by its name.
  const oneAndOther = new Intl.PluralRules('en');
  i18next.services.pluralResolver.getRule = () => oneAndOther;
  await setLanguage(wanted());
}

export const language = (): Language => (i18next.language === 'zh-TW' ? 'zh-TW' : 'en');

/** A server's text in the reader's language. */
export const say = (text: Text | null | undefined): string => text?.[language()] ?? '';
