/** What a test starts with: a sample, an earlier event, or data that is given now. */
import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconArrowBackUp, IconPencil } from '@tabler/icons-react';
import { lazy, Suspense, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { localise } from '@/components/form/localise';
import { JsonView } from '@/components/JsonView';
import type { FlowDocument } from '@/flow/types';
import { language } from '@/i18n';
import { DataChooser } from '../DataChooser';
import type { Chosen } from '../data/chosen';

const JsonEditor = lazy(() => import('@/components/code/JsonEditor'));
const SchemaForm = lazy(() => import('@/components/form/SchemaForm'));
const FORM = { 'ui:submitButtonOptions': { norender: true } };

export function StartData({
  document,
  chosen,
  own,
  onOwn,
}: {
  document: FlowDocument;
  chosen: Chosen;
  own: unknown;
  onOwn: (next: unknown) => void;
}) {
  const { t } = useTranslation();
  const trigger = own ?? chosen.scope?.trigger;
  const { use } = document.trigger;
  const schema = document.trigger.with?.input;
  const lang = language();
  const shown = useMemo(() => (schema ? localise(schema, lang) : undefined), [schema, lang]);
  const asks = (use === 'manual' || use === 'called') && shown !== undefined;
  const input = (trigger as { input?: unknown } | undefined)?.input;
  return (
    <Stack gap="sm">
      <DataChooser chosen={chosen} />
      {asks ? (
        <Suspense fallback={<Skeleton h={120} />}>
          <SchemaForm
            tagName="div"
            schema={shown as object}
            uiSchema={FORM}
            formData={input}
            onChange={(event) => {
              // The form tells of itself when it begins, too.
              if (same(event.formData, input)) return;
              onOwn({ ...(trigger as object), input: event.formData });
            }}
            liveValidate
          />
        </Suspense>
      ) : own !== undefined ? (
        <Suspense fallback={<Skeleton h={160} />}>
          <JsonEditor
            value={own}
            onChange={(next) => onOwn(next ?? {})}
            label={t('panel.test.startsWith')}
            maxHeight={320}
          />
        </Suspense>
      ) : trigger !== undefined ? (
        <JsonView value={trigger} height={240} label={t('panel.test.startsWith')} />
      ) : (
        <Text size="sm" c="dimmed">
          {t('panel.test.startsEmpty')}
        </Text>
      )}
      <Group gap="xs">
        {own === undefined && !asks && (
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconPencil size={13} aria-hidden />}
            onClick={() => onOwn(trigger ?? begun(use))}
          >
            {t('panel.test.editData')}
          </Button>
        )}
        {own !== undefined && (
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconArrowBackUp size={13} aria-hidden />}
            onClick={() => onOwn(undefined)}
          >
            {t('panel.test.backToSample')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

const same = (a: unknown, b: unknown) => JSON.stringify(a ?? {}) === JSON.stringify(b ?? {});

/** The parts of a trigger that one fills in. */
const begun = (use: string) => (use === 'manual' || use === 'called' ? { input: {} } : { body: {} });
