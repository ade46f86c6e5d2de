/** The order of an inbox, and where one stands in it. */
import type { Schemas } from '@/api/client';

export type Approval = Schemas['Approval'];

/** What ends first comes first, what never ends last; of equal ones the older. */
export const byUrgency = (approvals: Approval[]): Approval[] =>
  [...approvals].sort((a, b) => {
    const end = (one: Approval) =>
      one.expires_at ? new Date(one.expires_at).getTime() : Number.POSITIVE_INFINITY;
    const [first, second] = [end(a), end(b)];
    if (first !== second) return first < second ? -1 : 1;
    return a.id.localeCompare(b.id);
  });

/** The one that is `by` places further; stays within the list. */
export function moved(list: Approval[], current: string | undefined, by: number): string | undefined {
  if (list.length === 0) return undefined;
  const at = list.findIndex((one) => one.id === current);
  if (at < 0) return list[by > 0 ? 0 : list.length - 1]?.id;
  return list[Math.min(list.length - 1, Math.max(0, at + by))]?.id;
}

/** Where one stands after this one is decided: at the next, or the last. */
export function afterDecided(list: Approval[], decided: string): string | undefined {
  const at = list.findIndex((one) => one.id === decided);
  const rest = list.filter((one) => one.id !== decided);
  return rest[Math.min(Math.max(at, 0), rest.length - 1)]?.id;
}

/** Who is asked, in parts: a person by mail, a role, or whoever holds a link. */
export function asked(approver: string): { kind: 'user' | 'role' | 'link'; name: string } {
  const [kind, ...rest] = approver.split(':');
  const name = rest.join(':');
  return kind === 'role' || kind === 'link' ? { kind, name } : { kind: 'user', name: name || approver };
}
