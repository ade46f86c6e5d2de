/** A list: its items one below the other, to be added, moved and removed. */
import { ActionIcon, Button, Group, Paper, Stack, Text, Tooltip } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { language } from '@/i18n';
import { beginning, itemField } from '../model/fields';
import { put } from '../model/path';
import { FieldView } from './FieldView';
import { GroupFields } from './GroupInput';
import type { LiteralProps } from './LiteralInput';
import { useTools } from './tools';

export function ListInput({ field, value, onChange, path }: LiteralProps) {
  const { t } = useTranslation();
  const { readOnly } = useTools();
  const item = itemField(field, language());
  const items = Array.isArray(value) ? (value as unknown[]) : [];
  const most = Number(field.schema.maxItems ?? Number.POSITIVE_INFINITY);
  const framed = item.kind === 'group';
  const change = (at: number, next: unknown) =>
    onChange(items.map((old, index) => (index === at ? next : old)));
  const swap = (at: number, with_: number) => {
    const next = [...items];
    [next[at], next[with_]] = [next[with_], next[at]];
    onChange(next);
  };
  const remove = (at: number) => {
    const next = put(items, [at], undefined) as unknown[];
    onChange(next.length === 0 && !field.required ? undefined : next);
  };
  const name = (at: number) => t('panel.list.item', { title: field.title, number: at + 1 });
  return (
    <Stack gap={6}>
      {items.map((one, at) => {
        const buttons = !readOnly && (
          <Group gap={2} wrap="nowrap">
            {items.length > 1 && (
              <>
                <Act
                  label={t('panel.list.up', { item: name(at) })}
                  disabled={at === 0}
                  onClick={() => swap(at, at - 1)}
                >
                  <IconArrowUp size={14} />
                </Act>
                <Act
                  label={t('panel.list.down', { item: name(at) })}
                  disabled={at === items.length - 1}
                  onClick={() => swap(at, at + 1)}
                >
                  <IconArrowDown size={14} />
                </Act>
              </>
            )}
            <Act label={t('panel.list.remove', { item: name(at) })} onClick={() => remove(at)}>
              <IconTrash size={14} />
            </Act>
          </Group>
        );
        const inner = { ...item, title: name(at) };
        const isGroup = framed && one !== null && typeof one === 'object';
        return isGroup ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: items have no names of their own
          <Paper key={at} p="sm" bg="var(--cw-canvas)" role="group" aria-label={name(at)}>
            <Group justify="space-between" mb={4} wrap="nowrap">
              <Text size="xs" fw={600} c="dimmed">
                {name(at)}
              </Text>
              {buttons}
            </Group>
            <GroupFields
              field={inner}
              value={one}
              onChange={(next) => change(at, next)}
              path={[...path, at]}
            />
          </Paper>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: items have no names of their own
          <Group key={at} gap={4} wrap="nowrap" align="flex-start">
            <div style={{ flex: 1, minWidth: 0 }}>
              <FieldView
                field={inner}
                value={one}
                onChange={(next) => change(at, next ?? '')}
                path={[...path, at]}
                bare
              />
            </div>
            {buttons}
          </Group>
        );
      })}
      {!readOnly && items.length < most && (
        <Button
          variant="subtle"
          w="fit-content"
          px={6}
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => onChange([...items, beginning(item, language())])}
        >
          {t('panel.list.add', { title: field.title })}
        </Button>
      )}
    </Stack>
  );
}

function Act({
  label,
  children,
  ...rest
}: {
  label: string;
  children: React.ReactNode;
  disabled?: boolean;
  onClick: () => void;
}) {
  return (
    <Tooltip label={label}>
      <ActionIcon size="sm" mt={3} aria-label={label} {...rest}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
