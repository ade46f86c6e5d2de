/** Who did something, as records keep it (`user:<mail>`, `token:<name>`, `cli:<account>` ...), in words. */
import type { TFunction } from 'i18next';

const KINDS = ['user', 'token', 'link', 'cli'] as const;

export function who(by: string | null | undefined, t: TFunction): string {
  if (!by) return '–';
  const [kind = '', ...rest] = by.split(':');
  const name = rest.join(':');
  if (kind === 'user') return name;
  if (kind === 'anonymous') return t('admin.who.anonymous');
  const known = KINDS.find((one) => one === kind);
  if (!known || known === 'user') return by;
  return name ? t(`admin.who.${known}Named`, { name }) : t(`admin.who.${known}`);
}
