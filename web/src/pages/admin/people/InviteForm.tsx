/** Adds a person with a first password, which they change themselves. */
import { Alert, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconCircleCheckFilled, IconRefresh } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import type { Role } from '@/api/session';
import { CopyField } from '@/components/CopyField';
import { Failure } from '@/components/States';
import { language } from '@/i18n';
import { makePassword } from './password';
import { RoleSelect } from './RoleSelect';

export function InviteForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('operator');
  const [locale, setLocale] = useState<Schemas['Locale']>(language());
  const [password, setPassword] = useState(makePassword);
  const create = api.useMutation('post', '/api/v1/users');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ body: { name, email, role, locale, password } });
  };
  if (create.data) return <Welcome email={create.data.email} password={password} onClose={onClose} isNew />;
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label={t('admin.people.name')}
          value={name}
          autoComplete="off"
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label={t('admin.people.email')}
          description={t('admin.people.emailHint')}
          type="email"
          required
          value={email}
          autoComplete="off"
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <RoleSelect value={role} onChange={setRole} />
        <LanguageSelect value={locale} onChange={setLocale} />
        <PasswordField value={password} onChange={setPassword} />
        {create.isError && <Failure error={create.error} compact />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={create.isPending} disabled={!email || password.length < 10}>
            {t('admin.people.add')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export function LanguageSelect({
  value,
  onChange,
}: {
  value: Schemas['Locale'];
  onChange: (next: Schemas['Locale']) => void;
}) {
  const { t } = useTranslation();
  return (
    <Select
      label={t('shell.language')}
      allowDeselect={false}
      data={(['zh-TW', 'en'] as const).map((one) => ({ value: one, label: t(`admin.languages.${one}`) }))}
      value={value}
      onChange={(next) => next && onChange(next as Schemas['Locale'])}
    />
  );
}

/** A password that is given to somebody else: readable, made anew at a click. */
export function PasswordField({ value, onChange }: { value: string; onChange: (next: string) => void }) {
  const { t } = useTranslation();
  return (
    <Group align="flex-end" gap="xs" wrap="nowrap">
      <TextInput
        flex={1}
        label={t('admin.people.firstPassword')}
        description={t('admin.people.firstPasswordHint')}
        value={value}
        autoComplete="off"
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <Button
        variant="default"
        leftSection={<IconRefresh size={14} />}
        onClick={() => onChange(makePassword())}
      >
        {t('admin.people.another')}
      </Button>
    </Group>
  );
}

/** What is handed over, shown this once. */
export function Welcome({
  email,
  password,
  onClose,
  isNew,
}: {
  email: string;
  password: string;
  onClose: () => void;
  isNew?: boolean;
}) {
  const { t } = useTranslation();
  const address = location.origin;
  return (
    <Stack gap="sm">
      <Alert color="teal" variant="light" role="status" icon={<IconCircleCheckFilled size={18} />}>
        {t(isNew ? 'admin.people.added' : 'admin.people.wasReset', { email })}
      </Alert>
      <Text size="sm">{t('admin.people.handOver')}</Text>
      <CopyField label={t('admin.people.address')} value={address} />
      <CopyField label={t('admin.people.email')} value={email} />
      <CopyField label={t('admin.people.firstPassword')} value={password} />
      <Group justify="flex-end">
        <Button onClick={onClose}>{t('common.done')}</Button>
      </Group>
    </Stack>
  );
}
