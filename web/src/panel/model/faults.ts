/** Faults at the places where people look for them. */

import type { Fault } from '@/flow/types';

/** The faults at a place; `inside` those of all that stands in it too. */
export const faultsAt = (faults: Fault[], pointer: string, inside: boolean) =>
  faults.filter((fault) => fault.pointer === pointer || (inside && fault.pointer.startsWith(`${pointer}/`)));
