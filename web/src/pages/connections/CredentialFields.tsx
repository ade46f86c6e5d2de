/** The credentials of a way to sign in. What is stored is never shown: only that it is, and since when. */
import { Badge, Button, Group, PasswordInput, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { IconCircleCheckFilled, IconPencil } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { language, say } from '@/i18n';
import { formatAgo } from '@/lib/format';
import { type CredentialField, credentialFields } from './fields';
import type { AuthForm } from './health';

export type Values = Record<string, string>;

export function CredentialFields({
  form,
  values,
  onChange,
  stored = [],
  storedAt,
  faults = {},
  first,
}: {
  form: AuthForm;
  values: Values;
  onChange: (next: Values) => void;
  /** The names of the fields that are set already. */
  stored?: readonly string[];
  storedAt?: string | null;
  faults?: Record<string, Schemas['Fault']>;
  /** The typing begins here. */
  first?: boolean;
}) {
  const { t } = useTranslation();
  const fields = credentialFields(form, language());
  if (fields.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('connections.form.noCredentials')}
      </Text>
    );
  }
  return (
    <Stack gap="sm">
      {fields.map((field, index) => (
        <Field
          key={field.name}
          focused={first && index === 0}
          field={field}
          value={values[field.name]}
          onChange={(value) => {
            const { [field.name]: _, ...others } = values;
            onChange(value === undefined ? others : { ...others, [field.name]: value });
          }}
          stored={stored.includes(field.name)}
          storedAt={storedAt}
          error={faults[field.name] && say(faults[field.name]?.message)}
        />
      ))}
    </Stack>
  );
}

function Field({
  focused,
  field,
  value,
  onChange,
  stored,
  storedAt,
  error,
}: {
  focused?: boolean;
  field: CredentialField;
  value: string | undefined;
  onChange: (next: string | undefined) => void;
  stored: boolean;
  storedAt?: string | null;
  error?: string;
}) {
  const { t } = useTranslation();
  const [replacing, setReplacing] = useState(false);
  if (stored && !replacing && value === undefined) {
    return (
      <div>
        <Text size="xs" fw={550}>
          {field.title}
        </Text>
        <Group gap="xs" mt={2}>
          <Badge color="teal" leftSection={<IconCircleCheckFilled size={12} aria-hidden />}>
            {storedAt
              ? t('connections.form.setSince', { when: formatAgo(storedAt) })
              : t('connections.form.set')}
          </Badge>
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconPencil size={12} />}
            aria-label={t('connections.form.replaceField', { field: field.title })}
            onClick={() => setReplacing(true)}
          >
            {t('connections.form.replace')}
          </Button>
        </Group>
      </div>
    );
  }
  const shared = {
    label: field.required ? field.title : `${field.title} (${t('common.optional')})`,
    description: field.description || undefined,
    value: value ?? '',
    error,
    'aria-invalid': error ? true : undefined,
    required: field.required && !stored,
    withAsterisk: field.required,
    autoComplete: field.open ? 'off' : 'new-password',
    spellCheck: false,
    autoFocus: replacing || focused,
    'data-autofocus': focused || undefined,
    onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  };
  return (
    <div>
      {field.long ? (
        <Textarea {...shared} autosize minRows={3} maxRows={8} ff="monospace" />
      ) : field.open ? (
        <TextInput {...shared} />
      ) : (
        <PasswordInput
          {...shared}
          visibilityToggleButtonProps={{ 'aria-label': t('connections.form.showTyped') }}
        />
      )}
      {replacing && (
        <Button
          size="compact-xs"
          variant="subtle"
          mt={4}
          onClick={() => {
            setReplacing(false);
            onChange(undefined);
          }}
        >
          {t('connections.form.keepStored')}
        </Button>
      )}
    </div>
  );
}
