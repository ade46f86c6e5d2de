/** Faults at the places where people look for them. */

import type { Fault } from '@/flow/types';
import { toPointer } from '@/lib/json';

/** What is missing is told of what it is missing in; in a form it stands at the empty field. */
export const placed = (fault: Fault): Fault => {
  const name = fault.code === 'missing_field' ? /`([^`]+)`/.exec(fault.message.en)?.[1] : undefined;
  return name === undefined ? fault : { ...fault, pointer: fault.pointer + toPointer([name]) };
};

/** The faults at a place; `inside` those of all that stands in it too. */
export const faultsAt = (faults: Fault[], pointer: string, inside: boolean) =>
  faults.filter((fault) => fault.pointer === pointer || (inside && fault.pointer.startsWith(`${pointer}/`)));
