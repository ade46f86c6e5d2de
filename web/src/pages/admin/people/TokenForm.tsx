/** Makes a token, and shows its text this once. */

import { Alert, Button, Group, MultiSelect, Select, Stack, Switch, Text, TextInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useFlows } from '@/api/flows';
import type { Role } from '@/api/session';
import { CopyField } from '@/components/CopyField';
import { Failure } from '@/components/States';
import { RoleSelect } from './RoleSelect';

const DAYS = ['30', '90', '365'] as const;

export function TokenForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('operator');
  const [readOnly, setReadOnly] = useState(false);
  const [flows, setFlows] = useState<string[]>([]);
  const [lives, setLives] = useState<string>('90');
  const [day, setDay] = useState('');
  const known = useFlows();
  const create = api.useMutation('post', '/api/v1/tokens');
  const expires = () => {
    if (lives === 'never') return null;
    // The day that is chosen still counts.
    if (lives === 'day') return day ? new Date(`${day}T23:59:59`).toISOString() : null;
    return new Date(Date.now() + Number(lives) * 86_400_000).toISOString();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({
      body: {
        name,
        role,
        read_only: readOnly,
        expires_at: expires(),
        ...(flows.length > 0 && { flows }),
      },
    });
  };
  if (create.data) {
    return (
      <Stack gap="sm">
        <Alert color="orange" variant="light" role="status" icon={<IconAlertTriangle size={18} />}>
          {t('admin.tokens.once')}
        </Alert>
        <CopyField label={t('admin.tokens.token')} value={create.data.token} />
        <CopyField
          label={t('admin.tokens.example')}
          value={`curl -H "Authorization: Bearer ${create.data.token}" ${location.origin}/api/v1/me`}
        />
        <Group justify="flex-end">
          <Button onClick={onClose}>{t('admin.tokens.kept')}</Button>
        </Group>
      </Stack>
    );
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label={t('admin.tokens.name')}
          description={t('admin.tokens.nameHint')}
          required
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <RoleSelect value={role} onChange={setRole} />
        <Switch
          label={t('admin.tokens.readOnly')}
          description={t('admin.tokens.readOnlyHint')}
          checked={readOnly}
          onChange={(event) => setReadOnly(event.currentTarget.checked)}
        />
        <MultiSelect
          label={t('admin.tokens.flows')}
          description={t('admin.tokens.flowsHint')}
          placeholder={flows.length === 0 ? t('admin.tokens.allFlows') : undefined}
          searchable
          clearable
          data={(known.data ?? []).map((flow) => ({ value: flow.slug, label: flow.name }))}
          value={flows}
          onChange={setFlows}
        />
        <Group gap="xs" align="flex-end" grow>
          <Select
            label={t('admin.tokens.lives')}
            allowDeselect={false}
            data={[
              ...DAYS.map((days) => ({ value: days, label: t(`admin.tokens.for.${days}`) })),
              { value: 'day', label: t('admin.tokens.for.day') },
              { value: 'never', label: t('admin.tokens.for.never') },
            ]}
            value={lives}
            onChange={(next) => next && setLives(next)}
          />
          {lives === 'day' && (
            <TextInput
              type="date"
              label={t('admin.tokens.lastDay')}
              required
              value={day}
              onChange={(event) => setDay(event.currentTarget.value)}
            />
          )}
        </Group>
        {lives === 'never' && (
          <Text size="xs" c="dimmed">
            {t('admin.tokens.neverHint')}
          </Text>
        )}
        {create.isError && <Failure error={create.error} compact />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={create.isPending} disabled={!name || (lives === 'day' && !day)}>
            {t('admin.tokens.make')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
