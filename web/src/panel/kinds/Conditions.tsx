/** A condition as plain rows; as a formula where it says more than rows can, or where one prefers it. */
import {
  ActionIcon,
  Button,
  Group,
  SegmentedControl,
  Select,
  Stack,
  TextInput,
  Tooltip,
} from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toPointer } from '@/lib/json';
import { placeAt } from '../data/sources';
import { FaultLines } from '../fields/FaultLines';
import { FieldView } from '../fields/FieldView';
import { Preview } from '../fields/Preview';
import { useTools } from '../fields/tools';
import {
  type Comparison,
  comesNumeric,
  isNumberText,
  type Row,
  type Rows,
  readConditions,
  takesValue,
  typedValue,
  writeConditions,
} from '../model/conditions';
import { faultsAt } from '../model/faults';
import { fieldOf } from '../model/fields';
import { codeToPath, type Path } from '../model/path';
import { DataButton, PickIcon } from './DataButton';

const COMPARISONS: Comparison[] = [
  'equal',
  'different',
  'more',
  'atLeast',
  'less',
  'atMost',
  'contains',
  'lacks',
  'begins',
  'ends',
  'filled',
  'empty',
  'there',
  'missing',
  'yes',
  'no',
];
const FORMULA = fieldOf({ type: 'string', format: 'expression' }, {}, 'en', 'when');

export function Conditions({
  value,
  onChange,
  path,
}: {
  value: string;
  onChange: (next: string) => void;
  path: Path;
}) {
  const { t } = useTranslation();
  const { faults, readOnly } = useTools();
  const [asFormula, setAsFormula] = useState(false);
  // A row that is not filled in is not in the formula yet.
  const [open, setOpen] = useState<Row>();
  const read = readConditions(value);
  if (asFormula || !read) {
    return (
      <Stack gap={4}>
        <FieldView
          field={{ ...FORMULA, title: t('panel.condition.formula') }}
          value={value}
          onChange={(next) => onChange(typeof next === 'string' ? next : '')}
          path={path}
        />
        {read && (
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            w="fit-content"
            onClick={() => setAsFormula(false)}
          >
            {t('panel.condition.toRows')}
          </Button>
        )}
      </Stack>
    );
  }
  const rows =
    open || read.rows.length === 0 ? [...read.rows, open ?? { left: '', is: 'equal' as const }] : read.rows;
  const give = (next: Rows) => {
    setOpen(next.rows.find((row) => row.left === ''));
    onChange(writeConditions(next));
  };
  const wrong = faultsAt(faults, toPointer(path), true);
  return (
    <Stack gap={6} data-field={toPointer(path)}>
      {rows.length > 1 && (
        <SegmentedControl
          w="fit-content"
          aria-label={t('panel.condition.join')}
          value={read.join}
          onChange={(join) => give({ join: join as Rows['join'], rows })}
          data={[
            { value: 'all', label: t('panel.condition.all') },
            { value: 'any', label: t('panel.condition.any') },
          ]}
          disabled={readOnly}
        />
      )}
      {rows.map((row, at) => (
        <ConditionRow
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no names
          key={at}
          number={at + 1}
          row={row}
          onChange={(next) => give({ ...read, rows: rows.map((one, index) => (index === at ? next : one)) })}
          onRemove={
            rows.length > 1
              ? () => give({ ...read, rows: rows.filter((_, index) => index !== at) })
              : undefined
          }
        />
      ))}
      {value !== '' && <Preview text={value} bare asCondition quiet={wrong.length > 0} />}
      <FaultLines faults={wrong} />
      {!readOnly && (
        <Group gap={4}>
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconPlus size={13} aria-hidden />}
            disabled={rows.some((row) => row.left === '')}
            onClick={() => setOpen({ left: '', is: 'equal' })}
          >
            {t('panel.condition.add')}
          </Button>
          <Button size="compact-xs" variant="subtle" color="gray" onClick={() => setAsFormula(true)}>
            {t('panel.condition.toFormula')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function ConditionRow({
  number,
  row,
  onChange,
  onRemove,
}: {
  number: number;
  row: Row;
  onChange: (next: Row) => void;
  onRemove?: () => void;
}) {
  const { t } = useTranslation();
  const { readOnly, sources, labelOf } = useTools();
  const path = codeToPath(row.left);
  const sample = path && placeAt(sources, path)?.value;
  const right = row.right;
  const rightPath = right && 'code' in right ? codeToPath(right.code) : undefined;
  const choose = (is: Comparison) =>
    onChange({
      ...row,
      is,
      numeric: comesNumeric(is) && isNumberText(sample) ? true : row.numeric,
      right: takesValue(is) ? (row.right ?? { value: '' }) : undefined,
    });
  const type = (text: string) => {
    const before = right && 'value' in right ? right.value : undefined;
    const like = row.numeric ? 0 : sample;
    onChange({ ...row, right: { value: typedValue(text, like, row.numeric ? 0 : before) } });
  };
  return (
    <Group
      gap={6}
      wrap="wrap"
      role="group"
      aria-label={t('panel.condition.row', { number })}
      align="flex-start"
    >
      <DataButton
        label={row.left ? (path && labelOf(path)) || row.left : t('panel.condition.choose')}
        title={t('panel.condition.left', { number })}
        empty={row.left === ''}
        onPick={(left) => onChange({ ...row, left, numeric: undefined })}
      />
      <Select
        aria-label={t('panel.condition.is', { number })}
        data={COMPARISONS.map((is) => ({ value: is, label: t(`panel.condition.words.${is}`) }))}
        value={row.is}
        onChange={(next) => next && choose(next as Comparison)}
        allowDeselect={false}
        disabled={readOnly}
        w={142}
        comboboxProps={{ width: 190, position: 'bottom-start' }}
      />
      {takesValue(row.is) && (
        <Group gap={4} wrap="nowrap" flex="1 1 130px">
          {right && 'code' in right ? (
            <DataButton
              label={(rightPath && labelOf(rightPath)) || right.code}
              title={t('panel.condition.right', { number })}
              onPick={(code) => onChange({ ...row, right: { code } })}
              onClear={() => onChange({ ...row, right: { value: '' } })}
            />
          ) : (
            <>
              <TextInput
                flex={1}
                miw={90}
                aria-label={t('panel.condition.right', { number })}
                value={String(right?.value ?? '')}
                onChange={(event) => type(event.currentTarget.value)}
                placeholder={sample === undefined || typeof sample === 'object' ? undefined : String(sample)}
                readOnly={readOnly}
              />
              <PickIcon
                label={t('panel.condition.rightData', { number })}
                onPick={(code) => onChange({ ...row, right: { code } })}
              />
            </>
          )}
        </Group>
      )}
      {onRemove && !readOnly && (
        <Tooltip label={t('panel.condition.remove', { number })}>
          <ActionIcon
            size="sm"
            mt={4}
            aria-label={t('panel.condition.remove', { number })}
            onClick={onRemove}
          >
            <IconTrash size={14} />
          </ActionIcon>
        </Tooltip>
      )}
    </Group>
  );
}
