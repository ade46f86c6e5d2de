/** The form of `with`, made from its schema; or the same as JSON, for whoever likes that better. */
import { Button, Skeleton, Stack } from '@mantine/core';
import { IconBraces, IconForms } from '@tabler/icons-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { language } from '@/i18n';
import { GroupFields } from '../fields/GroupInput';
import { useTools } from '../fields/tools';
import { fieldOf, type Schema } from '../model/fields';

const JsonEditor = lazy(() => import('@/components/code/JsonEditor'));

interface InputFormProps {
  schema: Schema;
  value: Record<string, unknown> | undefined;
  onChange: (next: unknown) => void;
  pointer: string;
  /** Fields that are shown elsewhere. */
  skip?: string[];
}

export function InputForm({ schema, value, onChange, pointer, skip }: InputFormProps) {
  const { t } = useTranslation();
  const { readOnly } = useTools();
  const [asJson, setAsJson] = useState(false);
  const lang = language();
  const field = useMemo(() => fieldOf(schema, schema, lang, ''), [schema, lang]);
  const path = useMemo(() => pointer.split('/').slice(1), [pointer]);
  return (
    <Stack gap="xs">
      {asJson ? (
        <Suspense fallback={<Skeleton h={160} />}>
          <JsonEditor
            value={value ?? {}}
            onChange={readOnly ? undefined : (next) => onChange(next ?? {})}
            label={t('panel.form.whole')}
            minHeight={160}
          />
        </Suspense>
      ) : (
        <GroupFields field={field} value={value ?? {}} onChange={onChange} path={path} skip={skip} />
      )}
      <Button
        variant="subtle"
        color="gray"
        size="compact-xs"
        w="fit-content"
        leftSection={asJson ? <IconForms size={13} aria-hidden /> : <IconBraces size={13} aria-hidden />}
        onClick={() => setAsJson(!asJson)}
      >
        {asJson ? t('panel.form.asForm') : t('panel.form.asJson')}
      </Button>
    </Stack>
  );
}
