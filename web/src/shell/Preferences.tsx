import { ActionIcon, Menu, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { IconCheck, IconLanguage, IconMoon, IconSun } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { http } from '@/api/client';
import { useMe } from '@/api/session';
import { type Language, language, setLanguage } from '@/i18n';

const LANGUAGES: [Language, string, string][] = [
  ['en', 'English', 'en'],
  ['zh-TW', '繁體中文', 'zh-Hant-TW'],
];

export function LanguageMenu() {
  const { t } = useTranslation();
  const me = useMe();
  const choose = async (next: Language) => {
    await setLanguage(next);
    if (me.data?.user) await http.PATCH('/api/v1/me', { body: { locale: next } });
  };
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon size="lg" aria-label={t('shell.language')}>
          <IconLanguage size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {LANGUAGES.map(([key, label, lang]) => (
          <Menu.Item
            key={key}
            lang={lang}
            onClick={() => void choose(key)}
            rightSection={language() === key ? <IconCheck size={14} /> : undefined}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

export function SchemeToggle() {
  const { t } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme();
  return (
    <ActionIcon
      size="lg"
      aria-label={t('shell.scheme')}
      onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}
    >
      {scheme === 'dark' ? <IconSun size={18} /> : <IconMoon size={18} />}
    </ActionIcon>
  );
}
