import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useSignedIn } from '@/api/session';
import { Failure } from '@/components/States';

export function SignInForm({ onDone }: { onDone?: () => void }) {
  const { t } = useTranslation();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signedIn = useSignedIn();
  const signIn = api.useMutation('post', '/api/v1/sessions', {
    onSuccess: async ({ csrf_token }) => {
      await signedIn(csrf_token);
      onDone?.();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate({ body: { email, password } });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label={t('shell.signIn.email')}
          type="email"
          autoComplete="username"
          size="sm"
          required
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label={t('shell.signIn.password')}
          autoComplete="current-password"
          size="sm"
          required
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {signIn.isError && <Failure error={signIn.error} compact />}
        <Button type="submit" size="sm" loading={signIn.isPending}>
          {t('shell.signIn.submit')}
        </Button>
      </Stack>
    </form>
  );
}
