/** What the form of one kind of step is given. */
import { useMemo } from 'react';
import type { FlowDocument, Step } from '@/flow/types';
import { language } from '@/i18n';
import type { Described } from '../data/kind';
import { type Field, fieldOf, groupFields } from '../model/fields';
import { type Path, put } from '../model/path';

export interface KindFormProps {
  slug: string;
  document: FlowDocument;
  onChange: (next: FlowDocument, label: string, merge?: string) => void;
  /** Absent for triggers. */
  step?: Step;
  kind: Described;
  value: Record<string, unknown>;
  setValue: (next: Record<string, unknown>) => void;
  path: Path;
}

const UNKNOWN: Field = fieldOf({}, {}, 'en', '');

/** The fields of the kind by name, and what each is given. */
export function useKindFields({ kind, value, setValue, path }: KindFormProps) {
  const lang = language();
  const fields = useMemo(() => {
    const root = fieldOf(kind.input, kind.input, lang, '');
    return new Map(groupFields(root, value, lang).map((field) => [field.name, field]));
  }, [kind, lang, value]);
  const set = (name: string, next: unknown) => setValue(put(value, [name], next) as Record<string, unknown>);
  return {
    set,
    props: (name: string) => ({
      field: fields.get(name) ?? { ...UNKNOWN, name, title: name },
      value: value[name],
      onChange: (next: unknown) => set(name, next),
      path: [...path, name],
    }),
  };
}
