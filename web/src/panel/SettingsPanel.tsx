/** How runs of the whole flow behave, and what each of them saves. */
import { Text } from '@mantine/core';
import { useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { Failure, LoadingRows } from '@/components/States';
import type { FlowDocument, SettingsPanelProps } from '@/flow/types';
import { language } from '@/i18n';
import { GroupFields } from './fields/GroupInput';
import { type FormTools, FormToolsContext, NO_TOOLS } from './fields/tools';
import { firstDifference } from './model/difference';
import { fieldOf, type Schema } from './model/fields';
import { PanelFrame } from './PanelFrame';
import { useAskedField } from './useAskedField';

const PATH = ['settings'];

export default function SettingsPanel(props: SettingsPanelProps) {
  const { t } = useTranslation();
  const root = useRef<HTMLDivElement>(null);
  useAskedField(root);
  const { faults, readOnly = false, onClose } = props;
  const words = useChoiceWords();
  const tools = useMemo<FormTools>(
    () => ({ ...NO_TOOLS, words, faults, readOnly }),
    [words, faults, readOnly],
  );
  return (
    <FormToolsContext value={tools}>
      <PanelFrame title={t('panel.settings.title')} ref={root} onClose={onClose}>
        <Text size="sm" c="dimmed">
          {t('panel.settings.lead')}
        </Text>
        <Form {...props} />
      </PanelFrame>
    </FormToolsContext>
  );
}

function Form({ document, onChange }: SettingsPanelProps) {
  const { t } = useTranslation();
  const schema = api.useQuery('get', '/api/v1/schemas/flow', {}, { staleTime: Number.POSITIVE_INFINITY });
  const lang = language();
  const field = useMemo(() => schema.data && settingsField(schema.data as Schema, lang), [schema.data, lang]);
  if (schema.isError) return <Failure error={schema.error} onRetry={() => void schema.refetch()} />;
  if (!field) return <LoadingRows rows={5} height={48} />;
  const settings = document.settings ?? {};
  const change = (next: unknown) =>
    onChange(
      withSettings(document, (next ?? {}) as Record<string, unknown>),
      t('panel.did.settings'),
      `settings ${firstDifference(settings, next) ?? ''}`,
    );
  return <GroupFields field={field} value={settings} onChange={change} path={PATH} />;
}

/** What people look for most comes first. All of it is read before there is a run: nothing is an expression. */
function settingsField(schema: Schema, lang: ReturnType<typeof language>) {
  const properties = schema.properties as Record<string, Schema> | undefined;
  const settings = properties?.settings ?? {};
  const { minutes_saved, ...others } = (settings.properties ?? {}) as Record<string, Schema>;
  const ordered = { ...settings, properties: { ...(minutes_saved && { minutes_saved }), ...others } };
  return fieldOf(ordered, schema, lang, 'settings', false, { fixed: true, secret: false });
}

function withSettings(document: FlowDocument, settings: Record<string, unknown>): FlowDocument {
  const { settings: _, ...rest } = document;
  return (Object.keys(settings).length ? { ...rest, settings } : rest) as FlowDocument;
}

const CHOICES = [
  'queue',
  'skip',
  'replace',
  'low',
  'normal',
  'high',
  'mon',
  'tue',
  'wed',
  'thu',
  'fri',
  'sat',
  'sun',
] as const;

function useChoiceWords(): Record<string, string> {
  const { t } = useTranslation();
  return useMemo(
    () => Object.fromEntries(CHOICES.map((choice) => [choice, t(`panel.settings.choice.${choice}`)])),
    [t],
  );
}
