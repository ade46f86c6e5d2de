/** What each role may do: the server asks for these roles, this only tells it. */
import { ROLES, type Role, rankOf } from '@/api/session';

/** From which role on one may do what. Mirrors what each endpoint of the server asks for. */
export const ABILITIES = [
  ['look', 'viewer'],
  ['decide', 'viewer'],
  ['run', 'operator'],
  ['deadLetters', 'operator'],
  ['build', 'editor'],
  ['publish', 'editor'],
  ['connections', 'editor'],
  ['variables', 'editor'],
  ['secrets', 'admin'],
  ['people', 'admin'],
  ['connectors', 'admin'],
  ['delete', 'admin'],
  ['settings', 'admin'],
  ['owners', 'owner'],
] as const satisfies readonly (readonly [string, Role])[];

/** The roles that somebody may give: none above their own. */
export const rolesUpTo = (role: Role): Role[] => ROLES.filter((one) => rankOf(one) <= rankOf(role));
