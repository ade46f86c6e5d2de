import { Button, PasswordInput, SegmentedControl, Stack, Text, TextInput, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useSignedIn } from '@/api/session';
import { Failure } from '@/components/States';
import { type Language, language, setLanguage } from '@/i18n';
import { Doorstep } from './Doorstep';
import { StrengthHint } from './StrengthHint';
import { SHORTEST } from './strength';

/** The first visit of a new installation: language, then the owner's account. */
export default function SetupPage({ codeNeeded }: { codeNeeded: boolean }) {
  const { t } = useTranslation();
  const [form, setForm] = useState({ name: '', email: '', password: '', code: '' });
  const signedIn = useSignedIn();
  const create = api.useMutation('post', '/api/v1/setup', {
    onSuccess: ({ csrf_token }) => signedIn(csrf_token),
  });
  const field = (key: keyof typeof form) => ({
    value: form[key],
    onChange: (event: { currentTarget: { value: string } }) => {
      const { value } = event.currentTarget;
      setForm((now) => ({ ...now, [key]: value }));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ body: { ...form, code: codeNeeded ? form.code : null, locale: language() } });
  };
  return (
    <Doorstep width={460}>
      <Stack gap="lg">
        <SegmentedControl
          aria-label={t('shell.setup.language')}
          fullWidth
          size="sm"
          value={language()}
          onChange={(next) => void setLanguage(next as Language)}
          data={[
            { value: 'zh-TW', label: <span lang="zh-Hant-TW">繁體中文</span> },
            { value: 'en', label: <span lang="en">English</span> },
          ]}
        />
        <div>
          <Title order={1}>{t('shell.setup.welcome')}</Title>
          <Text c="dimmed" size="sm" mt={6}>
            {t('shell.setup.lead')}
          </Text>
        </div>
        <form onSubmit={submit}>
          <Stack gap="sm">
            <div>
              <Title order={2} size="h3">
                {t('shell.setup.owner')}
              </Title>
              <Text c="dimmed" size="xs">
                {t('shell.setup.ownerLead')}
              </Text>
            </div>
            <TextInput size="sm" label={t('shell.setup.name')} autoComplete="name" {...field('name')} />
            <TextInput
              size="sm"
              label={t('shell.setup.email')}
              type="email"
              autoComplete="username"
              required
              {...field('email')}
            />
            <div>
              <PasswordInput
                size="sm"
                label={t('shell.setup.password')}
                description={t('shell.setup.passwordHint')}
                autoComplete="new-password"
                minLength={SHORTEST}
                required
                {...field('password')}
              />
              <StrengthHint password={form.password} />
            </div>
            {codeNeeded && (
              <TextInput
                size="sm"
                label={t('shell.setup.code')}
                description={t('shell.setup.codeHint')}
                required
                {...field('code')}
              />
            )}
            {create.isError && <Failure error={create.error} compact />}
            <Button type="submit" size="sm" loading={create.isPending}>
              {t('shell.setup.submit')}
            </Button>
          </Stack>
        </form>
      </Stack>
    </Doorstep>
  );
}
