/** A connection's settings: what has to be thought about, and the rest one click below. */
import { Button, Skeleton, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { lazy, Suspense, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import type { FormData, JsonSchema } from '@/components/form/localise';
import { language, say } from '@/i18n';
import { splitSettings } from './fields';

const SchemaForm = lazy(() => import('@/components/form/SchemaForm'));

export function SettingsFields({
  schema,
  values,
  onChange,
  faults = {},
  all,
  id,
}: {
  schema: unknown;
  values: FormData;
  onChange: (next: FormData) => void;
  faults?: Record<string, Schemas['Fault']>;
  /** Nothing is folded away. */
  all?: boolean;
  /** Keeps the fields of two forms on one page apart. */
  id: string;
}) {
  const { t } = useTranslation();
  const lang = language();
  const { needed, further, placeholders } = useMemo(() => splitSettings(schema, lang), [schema, lang]);
  const wrong = further && Object.keys(faults).some((name) => name in (further.properties as object));
  const set = further && Object.keys(values).some((name) => name in (further.properties as object));
  const [open, { toggle }] = useDisclosure(Boolean(set));
  const shown = open || all || Boolean(wrong);
  const part = (schema: JsonSchema, prefix: string) => (
    <Part
      schema={schema}
      prefix={`${id}-${prefix}`}
      values={values}
      onChange={onChange}
      placeholders={placeholders}
      faults={faults}
    />
  );
  return (
    <Suspense fallback={<Skeleton h={56} />}>
      <Stack gap="sm">
        {needed && part(needed, 'needed')}
        {further && !all && (
          <Button
            variant="subtle"
            size="compact-xs"
            w="fit-content"
            onClick={toggle}
            aria-expanded={shown}
            leftSection={shown ? <IconChevronDown size={13} /> : <IconChevronRight size={13} />}
          >
            {t('connections.form.further')}
          </Button>
        )}
        {further && shown && part(further, 'further')}
      </Stack>
    </Suspense>
  );
}

function Part({
  schema,
  prefix,
  values,
  onChange,
  placeholders,
  faults,
}: {
  schema: JsonSchema;
  prefix: string;
  values: FormData;
  onChange: (next: FormData) => void;
  placeholders: Record<string, string>;
  faults: Record<string, Schemas['Fault']>;
}) {
  const names = Object.keys(schema.properties as object);
  const mine = Object.fromEntries(names.filter((name) => name in values).map((name) => [name, values[name]]));
  const ui = Object.fromEntries(names.map((name) => [name, { 'ui:placeholder': placeholders[name] }]));
  const errors = Object.fromEntries(
    names.filter((name) => faults[name]).map((name) => [name, { __errors: [say(faults[name]?.message)] }]),
  );
  return (
    <SchemaForm
      tagName="div"
      idPrefix={prefix}
      schema={schema}
      formData={mine}
      extraErrors={errors as never}
      uiSchema={{ ...ui, 'ui:submitButtonOptions': { norender: true } }}
      onChange={({ formData }) => {
        const others = Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)));
        onChange({ ...others, ...formData });
      }}
    />
  );
}
