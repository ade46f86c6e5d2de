/** What a step or a trigger uses: a kind, or `<connector>.<operation>`, `<connector>.<trigger>`. */

/** Nothing for a kind. */
export const splitUse = (use: string): [connector: string, name: string] | undefined => {
  const dot = use.indexOf('.');
  return dot > 0 ? [use.slice(0, dot), use.slice(dot + 1)] : undefined;
};

export const connectorOf = (use: string): string | undefined => splitUse(use)?.[0];
