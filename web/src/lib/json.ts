/** JSON values: which are objects, and pointers into them. */

export const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

export const objectOf = (value: unknown) => (isObject(value) ? value : undefined);

/** `['steps', 0, 'a/b']` -> `/steps/0/a~1b` */
export const toPointer = (path: readonly (string | number)[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** `/steps/0/a~1b` -> `['steps', '0', 'a/b']` */
export const keysOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
