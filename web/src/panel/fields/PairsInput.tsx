/** Names and values that are free to choose, such as headers. */
import { ActionIcon, Button, Group, Stack, TextInput, Tooltip } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { language } from '@/i18n';
import { pairField } from '../model/fields';
import { FieldView } from './FieldView';
import type { LiteralProps } from './LiteralInput';
import { useTools } from './tools';

export function PairsInput({ field, value, onChange, path }: LiteralProps) {
  const { t } = useTranslation();
  const { readOnly } = useTools();
  const pairs = Object.entries((value ?? {}) as Record<string, unknown>);
  const give = (next: [string, unknown][]) => onChange(next.length ? Object.fromEntries(next) : undefined);
  const rename = (at: number, name: string) => {
    // Two of one name would be one; the other keeps its place until the name differs.
    if (pairs.some(([other], index) => index !== at && other === name)) return;
    give(pairs.map((pair, index) => (index === at ? [name, pair[1]] : pair)));
  };
  return (
    <Stack gap={6}>
      {pairs.map(([name, inner], at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the name is what one types
        <Group key={at} gap={6} wrap="nowrap" align="flex-start">
          <TextInput
            w="36%"
            value={name}
            aria-label={t('panel.pairs.name', { title: field.title })}
            onChange={(event) => rename(at, event.currentTarget.value)}
            disabled={readOnly}
          />
          <div style={{ flex: 1, minWidth: 0 }}>
            <FieldView
              field={pairField(field, name || field.title, language())}
              value={inner}
              onChange={(next) =>
                give(pairs.map((pair, index) => (index === at ? [name, next ?? ''] : pair)))
              }
              path={[...path, name]}
              bare
            />
          </div>
          {!readOnly && (
            <Tooltip label={t('panel.list.remove', { item: name })}>
              <ActionIcon
                size="sm"
                mt={3}
                aria-label={t('panel.list.remove', { item: name })}
                onClick={() => give(pairs.filter((_, index) => index !== at))}
              >
                <IconTrash size={14} />
              </ActionIcon>
            </Tooltip>
          )}
        </Group>
      ))}
      {!readOnly && (
        <Button
          variant="subtle"
          w="fit-content"
          px={6}
          leftSection={<IconPlus size={14} aria-hidden />}
          disabled={pairs.some(([name]) => name === '')}
          onClick={() => give([...pairs, ['', '']])}
        >
          {t('panel.list.add', { title: field.title })}
        </Button>
      )}
    </Stack>
  );
}
