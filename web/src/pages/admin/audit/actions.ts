/** What was done, in words. */
import type { TFunction } from 'i18next';

/** Every action that the server writes; one that is not here is shown as it stands. */
export const ACTIONS = [
  'approval.approved',
  'approval.rejected',
  'connection.authorised',
  'connection.changed',
  'connection.consent_asked',
  'connection.created',
  'connection.credentials_set',
  'connection.deleted',
  'connector.disabled',
  'connector.enabled',
  'connector.installed',
  'connector.removed',
  'flow.archived',
  'flow.deleted',
  'flow.disabled',
  'flow.draft_saved',
  'flow.enabled',
  'flow.imported',
  'flow.polled',
  'flow.published',
  'flow.restored',
  'flow.tested',
  'flow.unarchived',
  'key.rotated',
  'run.cancelled',
  'run.dismissed',
  'run.replayed',
  'run.resumed',
  'run.undismissed',
  'sample.deleted',
  'sample.set',
  'secret.deleted',
  'secret.set',
  'session.created',
  'session.ended',
  'session.refused',
  'settings.changed',
  'token.created',
  'token.deleted',
  'user.changed',
  'user.created',
  'user.deleted',
  'user.password_changed',
  'user.password_reset',
  'variable.deleted',
  'variable.set',
] as const;

type Action = (typeof ACTIONS)[number];
type Key = Action extends infer A
  ? A extends `${infer Kind}.${infer Done}`
    ? `${Kind}_${Done}`
    : never
  : never;

export function actionWords(action: string, t: TFunction): string {
  const known = ACTIONS.find((one) => one === action);
  return known ? t(`admin.audit.actions.${known.replace('.', '_') as Key}`) : action;
}
