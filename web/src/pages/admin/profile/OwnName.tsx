import { Button, Card, Group, SimpleGrid, Text, TextInput, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { meKey } from '@/api/session';
import { told } from '@/components/notify';
import { Failure } from '@/components/States';
import { language, setLanguage } from '@/i18n';
import { LanguageSelect } from '../people/InviteForm';

export function OwnName({ user }: { user: Schemas['User'] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState(user.name);
  const [locale, setLocale] = useState(user.locale ?? language());
  const save = api.useMutation('patch', '/api/v1/me', {
    onSuccess: async () => {
      await setLanguage(locale);
      await client.invalidateQueries({ queryKey: meKey });
      told(t('admin.profile.saved'));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ body: { name, locale } });
  };
  const changed = name !== user.name || locale !== user.locale;
  return (
    <Card component="form" onSubmit={submit}>
      <Title order={2} size="h4" mb="sm">
        {t('admin.profile.about')}
      </Title>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput
          label={t('admin.people.name')}
          value={name}
          autoComplete="name"
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <LanguageSelect value={locale} onChange={setLocale} />
      </SimpleGrid>
      <Text size="xs" c="dimmed" mt={6}>
        {t('admin.profile.languageHint')}
      </Text>
      {save.isError && <Failure error={save.error} compact />}
      <Group justify="flex-end" mt="sm">
        <Button type="submit" loading={save.isPending} disabled={!changed}>
          {t('common.save')}
        </Button>
      </Group>
    </Card>
  );
}
