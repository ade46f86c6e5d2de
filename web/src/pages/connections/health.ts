/** How a connection is doing, from what the server keeps of its calls. */
import type { Schemas } from '@/api/client';
import { requiredOf } from '@/components/form/localise';

export type Connection = Schemas['Connection'];
export type AuthForm = Schemas['AuthForm'];
export type EnvironmentName = Schemas['Environment'];
export type Health = 'works' | 'untested' | 'failing' | 'paused' | 'unfinished' | 'unauthorised';

/** The fields without which the way to sign in cannot work, and which are not set. */
export function missingCredentials(
  connection: Connection,
  form: AuthForm | undefined,
  environment: EnvironmentName = 'production',
): string[] {
  const set = connection.environments[environment]?.credentials ?? [];
  return form ? requiredOf(form.credentials).filter((field) => !set.includes(field)) : [];
}

export function healthOf(connection: Connection, form?: AuthForm, now = Date.now()): Health {
  if (connection.paused_until && Date.parse(connection.paused_until) > now) return 'paused';
  if (missingCredentials(connection, form).length > 0) return 'unfinished';
  if (form?.kind === 'oauth_code' && !connection.environments.production?.consented_at) return 'unauthorised';
  const ok = connection.last_ok_at ? Date.parse(connection.last_ok_at) : undefined;
  const failed = connection.last_error ? Date.parse(connection.last_error.at) : undefined;
  if (failed !== undefined && (ok === undefined || failed >= ok)) return 'failing';
  // What worked before the settings or credentials changed says nothing of now.
  if (ok === undefined || ok < changedAt(connection)) return 'untested';
  return 'works';
}

function changedAt({ environments: { production } }: Connection): number {
  const times = [production?.settings_changed_at, production?.credentials_changed_at];
  return Math.max(0, ...times.filter((time) => time != null).map((time) => Date.parse(time as string)));
}

/** A name for steps: free, and made of what the server allows. */
export function suggestName(wanted: string, taken: readonly string[]): string {
  const name =
    wanted
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60) || 'connection';
  if (!taken.includes(name)) return name;
  let count = 2;
  while (taken.includes(`${name}-${count}`)) count++;
  return `${name}-${count}`;
}
