/** What of the builder stands in the address. */
import { useAddress } from '@/lib/address';

export interface Address {
  /** The selected step, or the trigger. */
  step?: string;
  /** The field of it that something is wrong with: a JSON pointer into the document. */
  field?: string;
  /** What stands beside the canvas instead of the step: the test of the whole draft. */
  panel?: 'test';
  view?: 'outline';
  /** Asked to publish, by a link from elsewhere. */
  publish?: string;
}

export const useBuilderAddress = () => useAddress() as unknown as [Address, (change: Address) => void];
