/** Faults at the places where people look for them. */
import type { Fault } from '@/flow/types';

/** What is missing is told of what it is missing in; in a form it stands at the empty field. */
export const placed = (fault: Fault): Fault => {
  const name = fault.code === 'missing_field' ? /`([^`]+)`/.exec(fault.message.en)?.[1] : undefined;
  const part = name?.replaceAll('~', '~0').replaceAll('/', '~1');
  return part === undefined ? fault : { ...fault, pointer: `${fault.pointer}/${part}` };
};

/** The faults at a place; `inside` those of all that stands in it too. */
export const faultsAt = (faults: Fault[], pointer: string, inside: boolean) =>
  faults.filter((fault) => fault.pointer === pointer || (inside && fault.pointer.startsWith(`${pointer}/`)));
