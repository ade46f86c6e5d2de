/** The way into the mapping view, for operations that have fields enough to be mapped. */
import { Button } from '@mantine/core';
import { IconArrowsJoin2 } from '@tabler/icons-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { language } from '@/i18n';
import type { Chosen } from '../data/chosen';
import type { Described } from '../data/kind';
import { fieldOf, groupFields } from '../model/fields';
import { targetsOf } from '../model/mapping';

const MappingView = lazy(async () => ({ default: (await import('./MappingView')).MappingView }));
/** With fewer, the form is the quicker way. */
const WORTH_IT = 3;

export function MapButton({
  kind,
  title,
  value,
  onChange,
  chosen,
}: {
  kind: Described;
  title: string;
  value: Record<string, unknown>;
  onChange: (next: unknown) => void;
  chosen: Chosen;
}) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const lang = language();
  const root = useMemo(() => fieldOf(kind.input, kind.input, lang, ''), [kind, lang]);
  // A body that is given as a whole is mapped inside of itself.
  const whole = typeof value.body === 'object' && value.body !== null;
  const field = useMemo(() => {
    const body = whole ? groupFields(root, value, lang).find((one) => one.name === 'body') : undefined;
    if (body) return body;
    const { body: _, ...properties } = (root.schema.properties ?? {}) as Record<string, unknown>;
    return { ...root, schema: root.schema.if ? { ...root.schema, properties } : root.schema };
  }, [root, value, whole, lang]);
  const count = targetsOf(field, {}, lang).length;
  // Operations that send a record; others have settings rather than fields.
  const sends = root.schema.if !== undefined || whole;
  if (!sends || kind.readOnly || count < WORTH_IT || typeof value.body === 'string') return null;
  return (
    <>
      <Button
        variant="light"
        w="fit-content"
        leftSection={<IconArrowsJoin2 size={15} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        {t('panel.mapping.open')}
      </Button>
      {open && (
        <Suspense>
          <MappingView
            title={title}
            field={field}
            value={whole ? value.body : value}
            onChange={(next) => onChange(whole ? { ...value, body: next } : next)}
            chosen={chosen}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      )}
    </>
  );
}
