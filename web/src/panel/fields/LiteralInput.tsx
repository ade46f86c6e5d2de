/** The input of a plain value, by the kind of its field. What fits none is edited as JSON, so that nothing is lost. */
import { Autocomplete, MultiSelect, NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { language } from '@/i18n';
import { type Field, fits, itemField } from '../model/fields';
import type { Path } from '../model/path';
import { DurationInput } from './DurationInput';
import { placeholderOf } from './FieldView';
import { GroupInput } from './GroupInput';
import { JsonInput, JsonText } from './JsonInput';
import { ListInput } from './ListInput';
import { OptionsInput } from './OptionsInput';
import { PairsInput } from './PairsInput';
import { useTools } from './tools';
import { VariantInput } from './VariantInput';

const WORDS = { succeeded: true, failed: true, now: true, beginning: true } as const;

export interface LiteralProps {
  field: Field;
  value: unknown;
  onChange: (next: unknown) => void;
  path: Path;
  labelId: string;
  describedBy?: string;
  invalid?: boolean;
}

export function LiteralInput(props: LiteralProps) {
  const { field, value, onChange, labelId, describedBy, invalid } = props;
  const { t } = useTranslation();
  const { readOnly, connection, words } = useTools();
  const common = {
    'aria-labelledby': labelId,
    'aria-describedby': describedBy,
    error: invalid,
    disabled: readOnly,
  };
  const placeholder = placeholderOf(field);
  // Our own kinds have few words of choice; those of a connected system are its own.
  const wordOf = (choice: unknown) =>
    words?.[String(choice)] ??
    (typeof choice === 'string' && choice in WORDS
      ? t(`panel.choices.${choice as keyof typeof WORDS}`)
      : String(choice));
  if (!fits(field, value, language())) return <JsonText {...props} />;
  if (field.options && connection) return <OptionsInput {...props} connection={connection} />;
  switch (field.kind) {
    case 'number':
      return (
        <NumberInput
          {...common}
          value={typeof value === 'number' ? value : ''}
          onChange={(next) => onChange(next === '' || typeof next === 'string' ? undefined : next)}
          allowDecimal={!field.whole}
          min={field.min}
          max={field.max}
          clampBehavior="none"
          placeholder={placeholder}
          maw={220}
        />
      );
    case 'boolean':
      return (
        <Switch
          aria-labelledby={labelId}
          aria-describedby={describedBy}
          checked={typeof value === 'boolean' ? value : field.fallback === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
          disabled={readOnly}
          label={
            (typeof value === 'boolean' ? value : field.fallback === true) ? t('common.yes') : t('common.no')
          }
        />
      );
    case 'choice':
      return (
        <Select
          {...common}
          data={field.choices.map((one) => ({ value: JSON.stringify(one), label: wordOf(one) }))}
          value={value === undefined || value === null ? null : JSON.stringify(value)}
          onChange={(next) => onChange(next === null ? undefined : JSON.parse(next))}
          clearable={!field.required}
          clearButtonProps={{ 'aria-label': t('common.clear') }}
          placeholder={field.fallback === undefined ? t('common.form.choose') : wordOf(field.fallback)}
          maw={320}
        />
      );
    case 'duration':
      return (
        <DurationInput
          value={typeof value === 'string' ? value : undefined}
          onChange={onChange}
          labelId={labelId}
          placeholder={placeholder}
          disabled={readOnly}
          invalid={invalid}
        />
      );
    case 'date':
    case 'time':
    case 'text': {
      const suggestions = Array.isArray(field.schema.examples) ? (field.schema.examples as string[]) : [];
      const text = String(value ?? '');
      const change = (next: string) => onChange(next === '' ? undefined : next);
      if (suggestions.length > 1)
        return (
          <Autocomplete
            {...common}
            data={suggestions}
            value={text}
            onChange={change}
            placeholder={placeholder}
          />
        );
      return (
        <TextInput
          {...common}
          type={field.kind === 'date' && /^(\d{4}-\d\d-\d\d)?$/.test(text) ? 'date' : 'text'}
          value={text}
          onChange={(event) => change(event.currentTarget.value)}
          placeholder={field.kind === 'time' ? '2026-12-31T18:00:00+08:00' : placeholder}
          maw={field.kind === 'text' ? undefined : 280}
        />
      );
    }
    case 'list': {
      const { choices } = itemField(field, language());
      if (!field.schema.uniqueItems || choices.length === 0) return <ListInput {...props} />;
      return (
        <MultiSelect
          {...common}
          data={choices.map((one) => ({ value: String(one), label: wordOf(one) }))}
          value={Array.isArray(value) ? value.map(String) : []}
          onChange={(next) => {
            const chosen = choices.filter((one) => next.includes(String(one)));
            onChange(chosen.length > 0 || field.required ? chosen : undefined);
          }}
        />
      );
    }
    case 'group':
      return <GroupInput {...props} />;
    case 'pairs':
      return <PairsInput {...props} />;
    case 'variants':
      return <VariantInput {...props} />;
    default:
      return <JsonInput {...props} />;
  }
}
