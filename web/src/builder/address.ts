/** What of the builder stands in the address. */
import { TRIGGER } from '@/flow/types';
import { useAddress } from '@/lib/address';

export interface Address {
  /** The selected step, or the trigger. */
  step?: string;
  /** The field of it that something is wrong with: a JSON pointer into the document. */
  field?: string;
  /** What stands beside the canvas instead of the step: the test of the whole draft, or its settings. */
  panel?: 'test' | 'settings';
  view?: 'outline';
  /** Asked to publish, by a link from elsewhere. */
  publish?: string;
}

export const useBuilderAddress = () => useAddress() as unknown as [Address, (change: Address) => void];

/** Where a fault is mended: at a field of a step, of the trigger, or of the settings. */
export const addressOf = (step: string | null, pointer: string) =>
  pointer.startsWith('/settings')
    ? { step: undefined, panel: 'settings' as const, field: pointer }
    : { step: step ?? TRIGGER, panel: undefined, field: pointer };
