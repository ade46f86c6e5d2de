import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { told } from '@/components/notify';
import { Failure } from '@/components/States';
import { language } from '@/i18n';
import { LanguageSelect, PasswordField, Welcome } from './InviteForm';
import { makePassword } from './password';
import { RoleSelect } from './RoleSelect';
import type { User } from './Users';

/** Name, role and language of a person; only what was changed is sent. */
export function UserForm({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState(user.name);
  const [role, setRole] = useState(user.role);
  const [locale, setLocale] = useState(user.locale ?? language());
  const change = api.useMutation('patch', '/api/v1/users/{user}', {
    onSuccess: () => {
      told(t('admin.people.saved', { name: name || user.email }));
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const body = {
      ...(name !== user.name && { name }),
      ...(role !== user.role && { role }),
      ...(locale !== user.locale && { locale }),
    };
    change.mutate({ params: { path: { user: user.id } }, body });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {user.email}
        </Text>
        <TextInput
          label={t('admin.people.name')}
          value={name}
          autoComplete="off"
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <RoleSelect value={role} onChange={setRole} />
        <LanguageSelect value={locale} onChange={setLocale} />
        {change.isError && <Failure error={change.error} compact />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={change.isPending}>
            {t('common.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Gives somebody a new password, which ends their sessions. */
export function ResetPassword({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation();
  const [password, setPassword] = useState(makePassword);
  const reset = api.useMutation('put', '/api/v1/users/{user}/password');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    reset.mutate({ params: { path: { user: user.id } }, body: { password } });
  };
  if (reset.isSuccess) return <Welcome email={user.email} password={password} onClose={onClose} />;
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{t('admin.people.resetLead')}</Text>
        <PasswordField value={password} onChange={setPassword} />
        {reset.isError && <Failure error={reset.error} compact />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={reset.isPending} disabled={password.length < 10}>
            {t('admin.people.reset')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
