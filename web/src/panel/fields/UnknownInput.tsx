/** A value that the schema does not know: shown, kept, and taken away only by hand. */
import { fieldOf } from '../model/fields';
import { type FieldProps, FieldView } from './FieldView';

export function UnknownInput({ name, ...props }: { name: string } & Omit<FieldProps, 'field'>) {
  const schema = typeof props.value === 'string' ? { type: 'string' } : {};
  return <FieldView field={fieldOf(schema, schema, 'en', name)} {...props} />;
}
