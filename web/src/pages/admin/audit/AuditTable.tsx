/** Entries of the audit trail: when, who, what; the fields that changed one click below. */
import { ActionIcon, Anchor, Button, Collapse, Group, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { JsonView } from '@/components/JsonView';
import { formatTime } from '@/lib/format';
import { who } from '@/lib/who';
import { actionWords } from './actions';
import { addressOf, changesOf, shown } from './changes';

type Entry = Schemas['AuditEntry'];

export function AuditTable({ entries, withoutSubject }: { entries: Entry[]; withoutSubject?: boolean }) {
  const { t } = useTranslation();
  return (
    <Table.ScrollContainer
      minWidth={560}
      type="native"
      tabIndex={0}
      role="region"
      aria-label={t('admin.audit.title')}
    >
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={36}>
              <span className="visually-hidden">{t('common.details')}</span>
            </Table.Th>
            <Table.Th w={200}>{t('admin.audit.when')}</Table.Th>
            <Table.Th>{t('admin.audit.by')}</Table.Th>
            <Table.Th>{t('admin.audit.what')}</Table.Th>
            {!withoutSubject && <Table.Th>{t('admin.audit.subject')}</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {entries.map((entry) => (
            <Row key={entry.id} entry={entry} withoutSubject={withoutSubject} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Row({ entry, withoutSubject }: { entry: Entry; withoutSubject?: boolean }) {
  const { t } = useTranslation();
  const [open, { toggle }] = useDisclosure();
  const has = entry.before != null || entry.after != null;
  const to = addressOf(entry.kind, entry.name);
  const what = actionWords(entry.action, t);
  return (
    <>
      <Table.Tr>
        <Table.Td>
          {has && (
            <ActionIcon
              size="sm"
              onClick={toggle}
              aria-expanded={open}
              aria-label={`${t('common.details')}: ${what} ${entry.name}`}
            >
              {open ? <IconChevronDown size={14} /> : <IconChevronRight size={14} />}
            </ActionIcon>
          )}
        </Table.Td>
        <Table.Td className="numbers" style={{ whiteSpace: 'nowrap' }}>
          {formatTime(entry.at)}
        </Table.Td>
        <Table.Td>{who(entry.by, t)}</Table.Td>
        <Table.Td>{what}</Table.Td>
        {!withoutSubject && (
          <Table.Td>
            {to ? (
              <Anchor component={Link} to={to} size="sm">
                {entry.name}
              </Anchor>
            ) : (
              <Text size="sm">{entry.name}</Text>
            )}
          </Table.Td>
        )}
      </Table.Tr>
      {has && open && (
        <Table.Tr>
          <Table.Td colSpan={withoutSubject ? 4 : 5} bg="var(--cw-canvas)">
            <Changes entry={entry} />
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}

function Changes({ entry }: { entry: Entry }) {
  const { t } = useTranslation();
  const [raw, setRaw] = useState(false);
  const changes = changesOf(entry.before, entry.after);
  return (
    <>
      <Table fz="xs" withRowBorders={false} verticalSpacing={3} highlightOnHover={false}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('admin.audit.field')}</Table.Th>
            <Table.Th>{t('admin.audit.before')}</Table.Th>
            <Table.Th>{t('admin.audit.after')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {changes.map((change) => (
            <Table.Tr key={change.field}>
              <Table.Td style={{ verticalAlign: 'top', whiteSpace: 'nowrap' }}>
                <Text size="xs" ff="monospace">
                  {change.field || '–'}
                </Text>
              </Table.Td>
              <Value value={change.before} />
              <Value value={change.after} />
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Group mt={4}>
        <Button size="compact-xs" variant="subtle" onClick={() => setRaw(!raw)} aria-expanded={raw}>
          {t('admin.audit.raw')}
        </Button>
      </Group>
      <Collapse expanded={raw}>
        {raw && <JsonView value={{ before: entry.before, after: entry.after }} initial="text" height={300} />}
      </Collapse>
    </>
  );
}

function Value({ value }: { value: unknown }) {
  return (
    <Table.Td style={{ verticalAlign: 'top', overflowWrap: 'anywhere' }}>
      <Text size="xs">{shown(value)}</Text>
    </Table.Td>
  );
}
