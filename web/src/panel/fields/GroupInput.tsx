/** The fields of a group. Those that are needed or set come as they stand; of the others, a few, and the rest on request. */
import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { IconChevronDown, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { language } from '@/i18n';
import { beginning, type Field, groupFields, unknownNames } from '../model/fields';
import { type Path, put } from '../model/path';
import { FieldView } from './FieldView';
import type { LiteralProps } from './LiteralInput';
import { useTools } from './tools';
import { UnknownInput } from './UnknownInput';

/** So many fields that nobody needs to fill in are shown without being asked for. */
const SHOWN = 6;
const COMPOUND = ['group', 'list', 'pairs', 'variants', 'json'];

/** A group in a frame, as a field among others. */
export function GroupInput({ field, value, onChange, path }: LiteralProps) {
  return (
    <Paper p="sm" bg="var(--cw-canvas)">
      <GroupFields field={field} value={value} onChange={onChange} path={path} />
    </Paper>
  );
}

export function GroupFields({
  field,
  value,
  onChange,
  path,
  skip = [],
}: {
  field: Field;
  value: unknown;
  onChange: (next: unknown) => void;
  path: Path;
  /** Fields that have a form of their own elsewhere. */
  skip?: string[];
}) {
  const { t } = useTranslation();
  const { readOnly } = useTools();
  const [all, setAll] = useState(false);
  const values = (value ?? {}) as Record<string, unknown>;
  const fields = groupFields(field, values, language()).filter((one) => !skip.includes(one.name));
  const counts = (one: Field) => one.required || values[one.name] !== undefined;
  const spare = fields.filter((one) => !counts(one) && !(one.name === 'body' && field.schema.if));
  const kept = new Set(spare.slice(0, spare.length <= SHOWN + 2 ? spare.length : SHOWN));
  const shown = fields.filter((one) => counts(one) || all || kept.has(one));
  const hidden = fields.length - shown.length;
  const unknown = unknownNames(fields, field, values).filter((name) => !skip.includes(name));
  const change = (name: string, next: unknown) => onChange(put(values, [name], next));
  if (fields.length === 0 && unknown.length === 0) {
    return (
      <Text size="xs" c="dimmed">
        {t('panel.form.nothing')}
      </Text>
    );
  }
  return (
    <Stack gap="md">
      {shown.map((one) =>
        !counts(one) && COMPOUND.includes(one.kind) ? (
          <Group key={one.name} gap="xs" wrap="nowrap">
            <Button
              variant="default"
              flex="none"
              leftSection={<IconPlus size={14} aria-hidden />}
              disabled={readOnly}
              onClick={() => change(one.name, beginning(one, language()))}
            >
              {one.title}
            </Button>
            {one.hint && (
              <Text size="xs" c="dimmed" lineClamp={2}>
                {one.hint}
              </Text>
            )}
          </Group>
        ) : (
          <FieldView
            key={one.name}
            field={one}
            value={values[one.name]}
            onChange={(next) => change(one.name, next)}
            path={[...path, one.name]}
          />
        ),
      )}
      {unknown.map((name) => (
        <UnknownInput
          key={name}
          name={name}
          value={values[name]}
          onChange={(next) => change(name, next)}
          path={[...path, name]}
        />
      ))}
      {hidden > 0 && (
        <Button
          variant="subtle"
          w="fit-content"
          px={6}
          leftSection={<IconChevronDown size={14} aria-hidden />}
          onClick={() => setAll(true)}
        >
          {t('panel.form.more', { count: hidden })}
        </Button>
      )}
    </Stack>
  );
}
