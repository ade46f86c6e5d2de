/** What a flow that is started by hand or by another flow asks for: a list of named fields, kept as a JSON Schema. */
import {
  ActionIcon,
  Button,
  Checkbox,
  Group,
  Paper,
  Select,
  Stack,
  Text,
  TextInput,
  Tooltip,
} from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useTools } from '../fields/tools';
import { type AskedField, type AskedKind, readAsked, writeAsked } from '../model/asked';
import { InputForm } from '../setup/InputForm';
import type { KindFormProps } from './form';

const KINDS: AskedKind[] = ['text', 'number', 'whole', 'yesNo', 'date', 'list', 'group'];

export function InputSchemaForm(props: KindFormProps) {
  const { t } = useTranslation();
  const { readOnly } = useTools();
  const { value, setValue, path, kind } = props;
  const asked = readAsked(value.input);
  if (!asked) {
    return (
      <InputForm
        schema={kind.input}
        value={value}
        onChange={(next) => setValue(next as never)}
        pointer={`/${path.join('/')}`}
      />
    );
  }
  const give = (fields: AskedField[]) => {
    const { input: _, ...rest } = value;
    setValue(fields.length ? { ...rest, input: writeAsked(fields, value.input) } : rest);
  };
  const change = (at: number, next: Partial<AskedField>) =>
    give(asked.map((field, index) => (index === at ? { ...field, ...next } : field)));
  return (
    <Stack gap="sm">
      <Text size="xs" fw={550}>
        {t('panel.asked.title')}
      </Text>
      <Text size="xs" c="dimmed">
        {t('panel.asked.lead')}
      </Text>
      {asked.map((field, at) => (
        <Paper
          // biome-ignore lint/suspicious/noArrayIndexKey: the name is what one types
          key={at}
          p="xs"
          bg="var(--cw-canvas)"
          role="group"
          aria-label={t('panel.asked.field', { number: at + 1 })}
        >
          <Group gap={6} wrap="nowrap" align="flex-end">
            <TextInput
              flex={1}
              label={t('panel.asked.name')}
              value={field.name}
              readOnly={readOnly}
              error={asked.some((other, index) => index !== at && other.name === field.name)}
              onChange={(event) => change(at, { name: event.currentTarget.value })}
            />
            <TextInput
              flex={1}
              label={t('panel.asked.label')}
              value={field.title ?? ''}
              readOnly={readOnly}
              onChange={(event) => change(at, { title: event.currentTarget.value || undefined })}
            />
            <Select
              w={110}
              label={t('panel.asked.kind')}
              data={KINDS.map((one) => ({ value: one, label: t(`panel.asked.kinds.${one}`) }))}
              value={field.kind}
              onChange={(next) => next && change(at, { kind: next as AskedKind })}
              allowDeselect={false}
              disabled={readOnly}
            />
            {!readOnly && (
              <Tooltip label={t('panel.list.remove', { item: field.title ?? field.name })}>
                <ActionIcon
                  mb={2}
                  aria-label={t('panel.list.remove', { item: field.title ?? field.name })}
                  onClick={() => give(asked.filter((_, index) => index !== at))}
                >
                  <IconTrash size={15} />
                </ActionIcon>
              </Tooltip>
            )}
          </Group>
          <Checkbox
            mt={6}
            size="xs"
            label={t('panel.asked.required')}
            checked={field.required}
            disabled={readOnly}
            onChange={(event) => change(at, { required: event.currentTarget.checked })}
          />
        </Paper>
      ))}
      {!readOnly && (
        <Button
          variant="subtle"
          w="fit-content"
          px={6}
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => give([...asked, { name: free(asked), kind: 'text', required: false, more: {} }])}
        >
          {t('panel.asked.add')}
        </Button>
      )}
    </Stack>
  );
}

function free(asked: AskedField[]): string {
  let number = asked.length + 1;
  while (asked.some((field) => field.name === `field_${number}`)) number++;
  return `field_${number}`;
}
