/** One of several shapes, told apart by a tag: choose the shape, then fill in its fields. */
import { Paper, Select, Stack } from '@mantine/core';
import { language } from '@/i18n';
import { variantOf, variantsOf } from '../model/fields';
import { GroupFields } from './GroupInput';
import type { LiteralProps } from './LiteralInput';
import { useTools } from './tools';

export function VariantInput({ field, value, onChange, path, labelId }: LiteralProps) {
  const { readOnly } = useTools();
  const variants = variantsOf(field, language());
  const chosen = variantOf(variants, value) ?? variants[0];
  const choose = (next: string | null) => {
    const tag = variants[Number(next)]?.tag;
    if (tag) onChange({ [tag.name]: tag.value });
  };
  return (
    <Paper p="sm" bg="var(--cw-canvas)">
      <Stack gap="md">
        <Select
          aria-labelledby={labelId}
          data={variants.map((one, at) => ({ value: String(at), label: one.title }))}
          value={chosen ? String(variants.indexOf(chosen)) : null}
          onChange={choose}
          allowDeselect={false}
          disabled={readOnly}
          maw={280}
        />
        {chosen && (
          <GroupFields
            field={chosen.field}
            value={value}
            onChange={onChange}
            path={path}
            skip={chosen.tag ? [chosen.tag.name] : []}
          />
        )}
      </Stack>
    </Paper>
  );
}
