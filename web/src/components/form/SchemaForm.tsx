/** A form made from a JSON Schema. Always loaded lazily: it is heavy. */
import { type FormProps, withTheme } from '@rjsf/core';
import { formTheme } from './formTheme';
import { validator } from './validator';

const Themed = withTheme(formTheme);

/** Nothing is filled in that nobody said: a default stays the server's to apply. */
const LEAVE_ALONE: FormProps['experimental_defaultFormStateBehavior'] = {
  emptyObjectFields: 'skipDefaults',
  arrayMinItems: { populate: 'never' },
  constAsDefaults: 'never',
};

type SchemaFormProps = Omit<FormProps, 'validator'>;

export default function SchemaForm(props: SchemaFormProps) {
  return (
    <Themed
      showErrorList={false}
      noHtml5Validate
      experimental_defaultFormStateBehavior={LEAVE_ALONE}
      {...props}
      validator={validator}
    />
  );
}
