/** What goes in or comes out, as a table of fields; the raw schema one click below. */
import { Badge, Button, Code, Collapse, Group, ScrollArea, Stack, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { localise } from '@/components/form/localise';
import { language } from '@/i18n';
import { type SchemaRow, schemaRows } from './schemaRows';

export function SchemaTable({ schema, label }: { schema: unknown; label: string }) {
  const { t } = useTranslation();
  const lang = language();
  const rows = useMemo(() => schemaRows(localise(schema, lang)), [schema, lang]);
  const [raw, { toggle }] = useDisclosure();
  return (
    <Stack gap="xs">
      {rows.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('connectors.noFields')}
        </Text>
      ) : (
        <Table.ScrollContainer
          minWidth={520}
          type="native"
          // A region that scrolls has to be reached by keyboard.
          tabIndex={0}
          role="region"
          aria-label={label}
        >
          <Table fz="sm" verticalSpacing={5}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('connectors.field')}</Table.Th>
                <Table.Th>{t('connectors.kind')}</Table.Th>
                <Table.Th>{t('connectors.meaning')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((row) => (
                <Row key={row.path} row={row} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <Button size="compact-xs" variant="subtle" w="fit-content" onClick={toggle} aria-expanded={raw}>
        {t('connectors.rawSchema')}
      </Button>
      <Collapse expanded={raw}>
        <ScrollArea.Autosize mah={360} viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': label }}>
          <Code block>{JSON.stringify(schema, null, 2)}</Code>
        </ScrollArea.Autosize>
      </Collapse>
    </Stack>
  );
}

function Row({ row }: { row: SchemaRow }) {
  const { t } = useTranslation();
  const kind =
    row.kind === 'list' && row.of
      ? t('connectors.listOf', { kind: t(`connectors.kinds.${row.of}`) })
      : t(`connectors.kinds.${row.kind}`);
  return (
    <Table.Tr>
      <Table.Td style={{ paddingInlineStart: 12 + row.depth * 18 }}>
        <Text size="sm" fw={row.depth === 0 ? 550 : 450}>
          {row.title || row.name}
        </Text>
        <Group gap={6}>
          {row.title && (
            <Text size="xs" c="dimmed" ff="monospace">
              {row.name}
            </Text>
          )}
          {row.required && (
            <Badge color="gray" miw="max-content">
              {t('connectors.needed')}
            </Badge>
          )}
        </Group>
      </Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap', verticalAlign: 'top' }}>
        <Text size="sm">{kind}</Text>
      </Table.Td>
      <Table.Td style={{ verticalAlign: 'top' }}>
        <Text size="sm">{row.description}</Text>
        {row.choices.length > 0 && (
          <Text size="xs" c="dimmed">
            {t('connectors.oneOf', { choices: row.choices.slice(0, 12).join(', ') })}
            {row.choices.length > 12 && ' …'}
          </Text>
        )}
        {row.standard !== undefined && row.standard !== '' && (
          <Text size="xs" c="dimmed">
            {t('connectors.unlessSaid', { value: row.standard })}
          </Text>
        )}
        {row.more && (
          <Text size="xs" c="dimmed">
            {t('connectors.moreInside')}
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
