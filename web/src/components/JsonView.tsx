/** Any value, as a tree, a table (lists of objects) or text. What is large is shown a page at a time. */

import { Box, Button, Code, Group, ScrollArea, SegmentedControl, Stack, Table, Text } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconFile, IconStack2 } from '@tabler/icons-react';
import { type CSSProperties, type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyIcon } from '@/components/CopyIcon';
import { formatBytes } from '@/lib/format';
import { isObject } from '@/lib/json';
import classes from './JsonView.module.css';

const PAGE = 100;
const LONGEST_TEXT = 100_000;
type Shape = 'tree' | 'table' | 'text';

/** The rows of a table, where the value is a list of objects or an object with one such list in it. */
export function rowsOf(value: unknown): Record<string, unknown>[] | undefined {
  const isRows = (list: unknown): list is Record<string, unknown>[] =>
    Array.isArray(list) && list.length > 0 && list.every(isObject);
  if (isRows(value)) return value;
  if (!isObject(value)) return undefined;
  const lists = Object.values(value).filter(isRows);
  return lists.length === 1 ? lists[0] : undefined;
}

export function JsonView({
  value,
  initial = 'tree',
  height,
  label,
}: {
  value: unknown;
  initial?: Shape;
  height?: number | string;
  label?: string;
}) {
  const { t } = useTranslation();
  const [shape, setShape] = useState<Shape>(initial);
  const rows = useMemo(() => rowsOf(value), [value]);
  const shown = shape === 'table' && !rows ? 'tree' : shape;
  const text = useMemo(() => JSON.stringify(value, null, 2) ?? '', [value]);
  if (value === undefined) {
    return (
      <Text size="sm" c="dimmed">
        {t('common.json.empty')}
      </Text>
    );
  }
  const data = [
    { value: 'tree', label: t('common.json.tree') },
    ...(rows ? [{ value: 'table', label: t('common.json.table') }] : []),
    { value: 'text', label: t('common.json.text') },
  ];
  return (
    <Stack gap={6}>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <SegmentedControl
          size="xs"
          aria-label={t('common.json.showAs')}
          value={shown}
          onChange={(next) => setShape(next as Shape)}
          data={data}
        />
        <CopyIcon value={text} />
      </Group>
      <ScrollArea.Autosize
        mah={height ?? 420}
        viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': label ?? t('common.json.showAs') }}
      >
        {shown === 'tree' && <Tree value={value} depth={0} />}
        {shown === 'table' && rows && <Rows rows={rows} />}
        {shown === 'text' && (
          <Code block>
            {text.slice(0, LONGEST_TEXT)}
            {text.length > LONGEST_TEXT && '\n…'}
          </Code>
        )}
      </ScrollArea.Autosize>
    </Stack>
  );
}

/** `{"$stream": ...}` and `{"$file": ...}`: kept by the server, named here by what they are. */
function kept(value: unknown): { kind: 'stream' | 'file'; of: Record<string, unknown> } | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  const [first, more] = Object.entries(value);
  if (!first || more || (first[0] !== '$stream' && first[0] !== '$file')) return undefined;
  const [key, of] = first;
  if (of === null || typeof of !== 'object') return undefined;
  return { kind: key === '$stream' ? 'stream' : 'file', of: of as Record<string, unknown> };
}

function Kept({ kind, of }: NonNullable<ReturnType<typeof kept>>) {
  const { t } = useTranslation();
  const Icon = kind === 'stream' ? IconStack2 : IconFile;
  const words =
    kind === 'stream'
      ? t('common.rows', { count: Number(of.count) })
      : [of.name, of.type, typeof of.size === 'number' && formatBytes(of.size)].filter(Boolean).join(' · ');
  return (
    <span className={classes.kept}>
      <Icon size={13} aria-hidden /> {t(`common.json.${kind}`)} · {words}
    </span>
  );
}

function Tree({ value, depth, name }: { value: unknown; depth: number; name?: ReactNode }) {
  const { t } = useTranslation();
  const isBranch = value !== null && typeof value === 'object';
  const entries = isBranch ? Object.entries(value as object) : [];
  const [open, setOpen] = useState(depth < 2 && entries.length <= 50);
  const [shown, setShown] = useState(PAGE);
  const style = { '--depth': depth } as CSSProperties;
  const named = kept(value);
  if (named) {
    return (
      <div className={classes.line} style={style}>
        {name}
        <Kept {...named} />
      </div>
    );
  }
  if (!isBranch) {
    return (
      <div className={classes.line} style={style}>
        {name}
        <Leaf value={value} />
      </div>
    );
  }
  const count = t('common.json.items', { count: entries.length });
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <div>
      <button
        type="button"
        className={classes.branch}
        style={style}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Chevron size={13} aria-hidden />
        {name}
        <span className={classes.count}>{Array.isArray(value) ? `[ ${count} ]` : `{ ${count} }`}</span>
      </button>
      {open && (
        <>
          {entries.slice(0, shown).map(([key, inner]) => (
            <Tree
              key={key}
              value={inner}
              depth={depth + 1}
              name={<span className={classes.key}>{key}</span>}
            />
          ))}
          {entries.length > shown && (
            <Button
              size="compact-xs"
              variant="subtle"
              ml={(depth + 1) * 14}
              onClick={() => setShown(shown + PAGE)}
            >
              {t('common.json.showMore', { count: Math.min(PAGE, entries.length - shown) })}
            </Button>
          )}
        </>
      )}
    </div>
  );
}

function Leaf({ value }: { value: unknown }) {
  const [whole, setWhole] = useState(false);
  if (typeof value === 'string') {
    const long = value.length > 400 && !whole;
    return (
      <span className={classes.string}>
        {JSON.stringify(long ? value.slice(0, 400) : value)}
        {long && (
          <Button size="compact-xs" variant="subtle" onClick={() => setWhole(true)}>
            …
          </Button>
        )}
      </span>
    );
  }
  return <span className={value === null ? classes.nothing : classes.other}>{String(value)}</span>;
}

function Rows({ rows }: { rows: Record<string, unknown>[] }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(PAGE);
  const columns = useMemo(
    () => [...new Set(rows.slice(0, PAGE).flatMap((row) => Object.keys(row)))].slice(0, 30),
    [rows],
  );
  const cell = (value: unknown) =>
    value !== null && typeof value === 'object' ? JSON.stringify(value) : String(value ?? '');
  return (
    <Box>
      <Table withTableBorder fz="xs" stickyHeader>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column}>{column}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.slice(0, shown).map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: records have no key that is known, and never move
            <Table.Tr key={index}>
              {columns.map((column) => (
                <Table.Td
                  key={column}
                  className={typeof row[column] === 'number' ? classes.number : classes.cell}
                >
                  {cell(row[column])}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {rows.length > shown && (
        <Button size="compact-xs" variant="subtle" onClick={() => setShown(shown + PAGE)}>
          {t('common.json.showMore', { count: Math.min(PAGE, rows.length - shown) })}
        </Button>
      )}
    </Box>
  );
}
