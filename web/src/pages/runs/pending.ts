/** What the API is about to know of runs: types that `schema.gen.ts` does not have yet, and whether they may be sent. */

export interface PendingRunFilter {
  /** Text in what came in. */
  text?: string | null;
  /** The step that failed it. */
  failed_step?: string | null;
}

/** The server refuses query parameters that it does not know, so these are offered once it has them. */
export const KNOWS_TEXT = false;
