/** What the expressions of a step can read: the palette of earlier data, and the values that a preview is made with. */
/** Values as expressions see them. */
export interface Scope {
  trigger?: unknown;
  steps: Record<string, unknown>;
  errors: Record<string, unknown>;
  vars?: Record<string, unknown>;
  item?: unknown;
  index?: number;
}

interface RunLike {
  event?: unknown;
  steps: { id: string; output?: unknown; error?: unknown; status: string }[];
}

/** What an earlier run gave. */
export function scopeOfRun(run: RunLike): Scope {
  const steps: Record<string, unknown> = {};
  const errors: Record<string, unknown> = {};
  for (const step of run.steps) {
    if (step.output !== undefined && step.output !== null) steps[step.id] = step.output;
    if (step.status === 'failed' && step.error) errors[step.id] = plainError(step.error);
  }
  return { trigger: run.event, steps, errors };
}

/** As expressions see an error: its message is one text. */
function plainError(error: unknown): unknown {
  const { message, ...rest } = error as { message?: unknown };
  return {
    ...rest,
    message: typeof message === 'object' && message ? (message as { en?: string }).en : message,
  };
}

export function scopeOfSample(sample: { trigger?: unknown; outputs?: object | null }): Scope {
  return { trigger: sample.trigger, steps: { ...(sample.outputs as Record<string, unknown>) }, errors: {} };
}

/** Only what the texts name, so that a preview does not carry whole catalogues. */
export function named(scope: Scope, texts: string[]): Scope {
  const all = texts.join('\n');
  const some = (from: Record<string, unknown> | undefined, root: string) =>
    Object.fromEntries(
      Object.entries(from ?? {}).filter(([name]) =>
        new RegExp(`\\b${root}\\b\\s*\\??(\\.|\\[")\\s*${name.replaceAll(/\W/g, '\\$&')}\\b`).test(all),
      ),
    );
  const wants = (root: string) => new RegExp(`\\b${root}\\b`).test(all);
  return {
    ...(wants('trigger') && scope.trigger !== undefined ? { trigger: scope.trigger } : {}),
    steps: some(scope.steps, 'steps'),
    errors: some(scope.errors, 'errors'),
    vars: some(scope.vars, 'vars'),
    ...(wants('item') && scope.item !== undefined ? { item: scope.item } : {}),
    ...(wants('index') && scope.index !== undefined ? { index: scope.index } : {}),
  };
}

/** Whether the sample holds all the steps and errors that a text names; a preview of what is not there would only say so. */
export function holdsNamed(scope: Scope, text: string): boolean {
  const known = { steps: scope.steps, errors: scope.errors };
  for (const [, root, name] of text.matchAll(/\b(steps|errors)\??\.([a-z0-9_]+)/g)) {
    if (!(String(name) in known[root as keyof typeof known])) return false;
  }
  return scope.trigger !== undefined || !/\btrigger\b/.test(text);
}
