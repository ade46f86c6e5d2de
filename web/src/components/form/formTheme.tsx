/** The look of forms that are made from schemas: Mantine's widgets, and our own lists and groups. */
import { ActionIcon, Button, Group, Paper, Stack, Text, Tooltip } from '@mantine/core';
import { Theme as Mantine } from '@rjsf/mantine';
import type {
  ArrayFieldItemTemplateProps,
  ArrayFieldTemplateProps,
  BaseInputTemplateProps,
  ObjectFieldTemplateProps,
} from '@rjsf/utils';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';

function ArrayFieldTemplate(props: ArrayFieldTemplateProps) {
  const { t } = useTranslation();
  return (
    <Stack gap={6} role="group" aria-label={props.title}>
      {props.title && (
        <Text size="xs" fw={550}>
          {props.title}
          {props.required && (
            <Text span c="red" aria-hidden>
              {' *'}
            </Text>
          )}
        </Text>
      )}
      {props.schema.description && (
        <Text size="xs" c="dimmed">
          {props.schema.description}
        </Text>
      )}
      {props.items}
      {props.canAdd && (
        <Button
          variant="subtle"
          w="fit-content"
          px={6}
          leftSection={<IconPlus size={14} />}
          onClick={props.onAddClick}
          disabled={Boolean(props.disabled || props.readonly)}
        >
          {t('common.form.add')}
        </Button>
      )}
    </Stack>
  );
}

function ArrayFieldItemTemplate(props: ArrayFieldItemTemplateProps) {
  const { t } = useTranslation();
  const { hasRemove, onRemoveItem } = props.buttonsProps;
  return (
    <Paper p="xs" bg="var(--cw-canvas)">
      <Group gap="xs" align="flex-start" wrap="nowrap">
        <div style={{ flex: 1, minWidth: 0 }}>{props.children}</div>
        {hasRemove && (
          <Tooltip label={t('common.form.remove')}>
            <ActionIcon aria-label={t('common.form.remove')} onClick={onRemoveItem}>
              <IconTrash size={15} />
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
    </Paper>
  );
}

function ObjectFieldTemplate(props: ObjectFieldTemplateProps) {
  const content = props.properties.map((property) => property.content);
  return props.uiSchema?.['ui:layout'] === 'row' ? (
    <Group gap="xs" grow align="flex-start">
      {content}
    </Group>
  ) : (
    <Stack gap="sm">{content}</Stack>
  );
}

const Input = Mantine.templates?.BaseInputTemplate as ComponentType<BaseInputTemplateProps> | undefined;

/** An empty field is a field with an empty text: without one, React takes it for a field that looks after itself. */
function BaseInputTemplate(props: BaseInputTemplateProps) {
  return Input ? <Input {...props} value={props.value ?? ''} /> : null;
}

export const formTheme = {
  ...Mantine,
  templates: {
    ...Mantine.templates,
    ArrayFieldTemplate,
    ArrayFieldItemTemplate,
    BaseInputTemplate,
    ObjectFieldTemplate,
  },
};
