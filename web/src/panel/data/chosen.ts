/** Which sample or earlier run the previews of a flow are made with. Kept in the address and, per flow, in the browser. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useSyncExternalStore } from 'react';
import { api, type Schemas } from '@/api/client';
import { type Scope, scopeOfRun, scopeOfSample } from '../model/scope';

/** `sample:<name>`, `run:<id>`, or `none`. */
type Choice = string;
const key = (slug: string) => `causeway.sample.${slug}`;

/** What was taken where nobody chose: previews do not jump to each new run while one works. */
const begun = new Map<string, Choice>();

/** Outputs of single steps that were just tried; they win over the sample's. Gone with the page. */
const tried = new Map<string, Record<string, unknown>>();
const listeners = new Set<() => void>();
const NOTHING: Record<string, unknown> = {};

export function keepTried(slug: string, outputs: Record<string, unknown>) {
  tried.set(slug, { ...tried.get(slug), ...outputs });
  for (const listener of listeners) listener();
}
function forgetTried(slug: string) {
  tried.delete(slug);
  for (const listener of listeners) listener();
}
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export interface Chosen {
  choice: Choice;
  choose: (next: Choice) => void;
  scope: Scope | undefined;
  /** What is known of the steps in the chosen run; absent for samples. */
  run?: Schemas['RunView'];
  sample?: string;
  /** What a test of the draft is given. */
  given: Pick<Schemas['TestBody'], 'sample' | 'from_run' | 'outputs'>;
  runs: Schemas['Run'][];
  samples: Schemas['SampleRecord'][];
  loading: boolean;
}

export function useChosen(slug: string): Chosen {
  const search = useSearch({ strict: false }) as Record<string, string | undefined>;
  const navigate = useNavigate();
  const overlay = useSyncExternalStore(subscribe, () => tried.get(slug) ?? NOTHING);
  const runs = api.useQuery('get', '/api/v1/runs', { params: { query: { flow: slug, limit: 20 } } });
  const samples = api.useQuery('get', '/api/v1/flows/{slug}/samples', { params: { path: { slug } } });
  const vars = api.useQuery('get', '/api/v1/variables', {}, { staleTime: 60_000 });

  const kept = search.sample ?? localStorage.getItem(key(slug)) ?? undefined;
  const choice = kept ?? begun.get(slug) ?? usual(runs.data?.runs ?? [], samples.data?.samples ?? []);
  if (!kept && choice !== 'none' && runs.data && samples.data) begun.set(slug, choice);
  const [kind, id = ''] = split(choice);
  const run = api.useQuery(
    'get',
    '/api/v1/runs/{run}',
    { params: { path: { run: id } } },
    { enabled: kind === 'run', retry: false, staleTime: 10_000 },
  );
  const sample = api.useQuery(
    'get',
    '/api/v1/flows/{slug}/samples/{name}',
    { params: { path: { slug, name: id } } },
    { enabled: kind === 'sample', retry: false },
  );
  const runData = kind === 'run' ? run.data : undefined;
  const sampleData = kind === 'sample' ? sample.data : undefined;
  const scope = useMemo(() => {
    const base = runData ? scopeOfRun(runData) : sampleData ? scopeOfSample(sampleData as never) : undefined;
    if (!base && overlay === NOTHING) return undefined;
    const variables = vars.data?.variables.map((one) => [one.name, one.value] as const) ?? [];
    return {
      ...(base ?? { steps: {}, errors: {} }),
      steps: { ...base?.steps, ...overlay },
      vars: Object.fromEntries(variables),
    };
  }, [runData, sampleData, overlay, vars.data]);

  return {
    choice,
    choose: (next) => {
      localStorage.setItem(key(slug), next);
      forgetTried(slug);
      void navigate({ to: '.', search: (old: object) => ({ ...old, sample: next }), replace: true } as never);
    },
    scope,
    run: runData,
    sample: kind === 'sample' ? id : undefined,
    given: {
      ...(kind === 'sample' && sampleData ? { sample: id } : {}),
      ...(kind === 'run' && runData ? { from_run: id } : {}),
      ...(overlay !== NOTHING ? { outputs: overlay as never } : {}),
    },
    runs: runs.data?.runs ?? [],
    samples: samples.data?.samples ?? [],
    loading: runs.isPending || samples.isPending || (kind === 'run' && run.isLoading),
  };
}

const split = (choice: Choice): [kind: string, id?: string] => {
  const colon = choice.indexOf(':');
  return colon < 0 ? [choice] : [choice.slice(0, colon), choice.slice(colon + 1)];
};

/** Real data first: the newest run that went through, then a sample, then whatever ran. */
export function usual(runs: Schemas['Run'][], samples: Schemas['SampleRecord'][]): Choice {
  const went = runs.find((run) => run.mode !== 'test' && run.status === 'succeeded');
  if (went) return `run:${went.id}`;
  if (samples[0]) return `sample:${samples[0].name}`;
  const any = runs.find((run) => run.status === 'succeeded') ?? runs[0];
  return any ? `run:${any.id}` : 'none';
}
