/** What every field of a step's form needs: the data that can be put into it, and what is wrong with it. */
import { createContext, useContext } from 'react';
import type { Offers } from '@/components/code/complete';
import type { Fault } from '@/flow/types';
import type { Path } from '../model/path';
import type { Scope } from '../model/scope';
import type { Source } from '../model/tree';

export interface FormTools {
  slug: string;
  sources: Source[];
  /** Where a secret may stand. */
  secrets: string[];
  scope?: Scope;
  offers: Offers;
  /** How a path is called, for its chip. */
  labelOf: (path: Path) => string | undefined;
  faults: Fault[];
  connection?: string;
  /** What choices are called, where they have other names than in the document. */
  words?: Record<string, string>;
  readOnly: boolean;
}

export const NO_TOOLS: FormTools = {
  slug: '',
  sources: [],
  secrets: [],
  offers: { under: () => [], functions: [] },
  labelOf: () => undefined,
  faults: [],
  readOnly: false,
};

export const FormToolsContext = createContext<FormTools>(NO_TOOLS);
export const useTools = () => useContext(FormToolsContext);

/** What is dragged out of the tree of data. */
export const DRAGGED = 'application/x-causeway-code';
