/** Validates form data without making code at run time: ajv needs `eval`, which the page's content policy forbids. */
import { type Schema, Validator } from '@cfworker/json-schema';
import {
  type CustomValidator,
  createErrorHandler,
  type ErrorTransformer,
  getDefaultFormState,
  type RJSFSchema,
  type RJSFValidationError,
  toErrorSchema,
  type UiSchema,
  unwrapErrorHandler,
  type ValidationData,
  type ValidatorType,
  validationDataMerge,
} from '@rjsf/utils';

/** These only say that something inside of them is wrong; the inner error says what. */
const CONTAINERS = ['properties', 'additionalProperties', 'items', 'anyOf', 'oneOf', 'allOf', '$ref'];

class CspValidator implements ValidatorType {
  private errors(schema: RJSFSchema, data: unknown): RJSFValidationError[] {
    const result = new Validator(schema as Schema, '2020-12', false).validate(data ?? null);
    return result.errors
      .filter((error) => !CONTAINERS.includes(error.keyword))
      .map((error) => {
        const path = error.instanceLocation.replace(/^#\/?/, '').split('/').filter(Boolean);
        if (error.keyword === 'required') {
          const missing = /"(.+?)"/.exec(error.error)?.[1];
          if (missing) path.push(missing);
        }
        return {
          name: error.keyword,
          message: error.keyword === 'required' ? 'required' : error.error,
          property: path.length ? `.${path.join('.')}` : '',
          stack: error.error,
          schemaPath: error.keywordLocation,
        };
      });
  }

  rawValidation<R>(schema: RJSFSchema, data?: unknown) {
    return { errors: this.errors(schema, data) as R[] };
  }

  isValid(schema: RJSFSchema, data: unknown, root: RJSFSchema) {
    const whole = { ...(schema as Schema), $defs: (root.$defs ?? root.definitions) as Schema['$defs'] };
    return new Validator(whole, '2020-12').validate(data ?? null).valid;
  }

  validateFormData(
    data: unknown,
    schema: RJSFSchema,
    custom?: CustomValidator,
    transform?: ErrorTransformer,
    ui?: UiSchema,
  ): ValidationData<unknown> {
    const found = this.errors(schema, data);
    const errors = transform ? transform(found, ui) : found;
    const base = { errors, errorSchema: toErrorSchema<unknown>(errors) };
    if (!custom) return base;
    const full = getDefaultFormState(this, schema, data, schema, true);
    return validationDataMerge(base, unwrapErrorHandler(custom(full, createErrorHandler(full), ui)));
  }
}

export const validator = new CspValidator();
