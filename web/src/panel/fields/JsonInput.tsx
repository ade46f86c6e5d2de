/** Any value: an object field by field, as people fill it in, or all of it as JSON. */

import {
  ActionIcon,
  Button,
  Group,
  Menu,
  Paper,
  SegmentedControl,
  Skeleton,
  Stack,
  TextInput,
  Tooltip,
} from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { language } from '@/i18n';
import { isObject } from '@/lib/json';
import { fieldOf, type Schema } from '../model/fields';
import { FieldView } from './FieldView';
import type { LiteralProps } from './LiteralInput';
import { useTools } from './tools';

const JsonEditor = lazy(() => import('@/components/code/JsonEditor'));

/** What an entry can be, by what it begins with. */
const BEGUN = { text: '', number: 0, yesNo: false, group: {} } as const;

export function JsonInput(props: LiteralProps) {
  const { t } = useTranslation();
  const { value, field } = props;
  const hasFields = isObject(value);
  const [asked, setAsked] = useState<'fields' | 'json'>();
  const shown = hasFields ? (asked ?? 'fields') : 'json';
  return (
    <Stack gap={6}>
      {hasFields && (
        <SegmentedControl
          w="fit-content"
          aria-label={t('panel.json.showAs', { field: field.title })}
          value={shown}
          onChange={(next) => setAsked(next as 'fields' | 'json')}
          data={[
            { value: 'fields', label: t('panel.json.fields') },
            { value: 'json', label: 'JSON' },
          ]}
        />
      )}
      {shown === 'fields' ? <Entries {...props} /> : <JsonText {...props} />}
    </Stack>
  );
}

export function JsonText({ field, value, onChange }: LiteralProps) {
  const { readOnly } = useTools();
  return (
    <Suspense fallback={<Skeleton h={60} radius="md" />}>
      <JsonEditor
        value={value}
        onChange={readOnly ? undefined : onChange}
        label={field.title}
        maxHeight={320}
      />
    </Suspense>
  );
}

function Entries({ field, value, onChange, path }: LiteralProps) {
  const { t } = useTranslation();
  const { readOnly } = useTools();
  const entries = Object.entries(value as Record<string, unknown>);
  const give = (next: [string, unknown][]) => onChange(Object.fromEntries(next));
  const rename = (at: number, name: string) => {
    if (entries.some(([other], index) => index !== at && other === name)) return;
    give(entries.map((entry, index) => (index === at ? [name, entry[1]] : entry)));
  };
  const set = (at: number, next: unknown) =>
    give(entries.map((entry, index) => (index === at ? [entry[0], next] : entry)));
  return (
    <Paper p="xs" bg="var(--cw-canvas)">
      <Stack gap={6}>
        {entries.map(([name, inner], at) => {
          const nested = inner !== null && typeof inner === 'object';
          const label = name || t('panel.json.unnamed');
          return (
            <Group
              // biome-ignore lint/suspicious/noArrayIndexKey: the name is what one types
              key={at}
              gap={6}
              wrap={nested ? 'wrap' : 'nowrap'}
              align="flex-start"
            >
              <TextInput
                w={nested ? 200 : '36%'}
                value={name}
                aria-label={t('panel.pairs.name', { title: field.title })}
                onChange={(event) => rename(at, event.currentTarget.value)}
                readOnly={readOnly}
              />
              {nested && (
                <Remove label={label} onClick={() => give(entries.filter((_, index) => index !== at))} />
              )}
              <div style={{ flex: nested ? '1 0 100%' : 1, minWidth: 0 }}>
                <FieldView
                  field={fieldOf(schemaOf(inner), {}, language(), label)}
                  value={inner}
                  onChange={(next) => set(at, next ?? emptied(inner))}
                  path={[...path, name]}
                  bare
                />
              </div>
              {!nested && (
                <Remove label={label} onClick={() => give(entries.filter((_, index) => index !== at))} />
              )}
            </Group>
          );
        })}
        {!readOnly && (
          <Menu position="bottom-start">
            <Menu.Target>
              <Button
                variant="subtle"
                w="fit-content"
                px={6}
                leftSection={<IconPlus size={14} aria-hidden />}
                disabled={entries.some(([name]) => name === '')}
              >
                {t('panel.json.add')}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {(Object.keys(BEGUN) as (keyof typeof BEGUN)[]).map((kind) => (
                <Menu.Item key={kind} onClick={() => give([...entries, ['', BEGUN[kind]]])}>
                  {t(`panel.asked.kinds.${kind}`)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
      </Stack>
    </Paper>
  );
}

function Remove({ label, onClick }: { label: string; onClick: () => void }) {
  const { t } = useTranslation();
  const { readOnly } = useTools();
  if (readOnly) return null;
  return (
    <Tooltip label={t('panel.list.remove', { item: label })}>
      <ActionIcon size="sm" mt={3} aria-label={t('panel.list.remove', { item: label })} onClick={onClick}>
        <IconTrash size={14} />
      </ActionIcon>
    </Tooltip>
  );
}

/** An entry is filled in as what it is. */
function schemaOf(value: unknown): Schema {
  if (typeof value === 'string') return { type: 'string' };
  if (typeof value === 'number') return { type: 'number' };
  if (typeof value === 'boolean') return { type: 'boolean' };
  return {};
}

const emptied = (value: unknown) => (typeof value === 'number' ? 0 : typeof value === 'string' ? '' : null);
