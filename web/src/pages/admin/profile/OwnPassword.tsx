import { Button, Card, Group, PasswordInput, SimpleGrid, Text, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useMe, useSignedIn } from '@/api/session';
import { told } from '@/components/notify';
import { Failure } from '@/components/States';

/** The server ends all other sessions, and begins this one anew. */
export function OwnPassword() {
  const { t } = useTranslation();
  const me = useMe();
  const signedIn = useSignedIn();
  const [old, setOld] = useState('');
  const [next, setNext] = useState('');
  const change = api.useMutation('put', '/api/v1/me/password', {
    onSuccess: async ({ csrf_token }) => {
      setOld('');
      setNext('');
      await signedIn(csrf_token);
      told(t('admin.profile.passwordSaved'));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ body: { old, new: next } });
  };
  const toggle = { 'aria-label': t('connections.form.showTyped') };
  return (
    <Card component="form" onSubmit={submit}>
      <Title order={2} size="h4" mb={4}>
        {t('admin.profile.password')}
      </Title>
      <Text size="xs" c="dimmed" mb="sm">
        {t('admin.profile.passwordLead')}
      </Text>
      {/* Password managers ask whose it is. */}
      <input type="text" autoComplete="username" value={me.data?.user?.email ?? ''} readOnly hidden />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <PasswordInput
          label={t('admin.profile.oldPassword')}
          autoComplete="current-password"
          value={old}
          visibilityToggleButtonProps={toggle}
          onChange={(event) => setOld(event.currentTarget.value)}
        />
        <PasswordInput
          label={t('admin.profile.newPassword')}
          autoComplete="new-password"
          value={next}
          visibilityToggleButtonProps={toggle}
          error={next !== '' && next.length < 10 ? t('shell.setup.passwordHint') : undefined}
          onChange={(event) => setNext(event.currentTarget.value)}
        />
      </SimpleGrid>
      {change.isError && <Failure error={change.error} compact />}
      <Group justify="flex-end" mt="sm">
        <Button type="submit" loading={change.isPending} disabled={!old || next.length < 10}>
          {t('admin.profile.changePassword')}
        </Button>
      </Group>
    </Card>
  );
}
