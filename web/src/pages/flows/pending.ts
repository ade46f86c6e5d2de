/** Endpoints that the generated client does not know yet: their shapes by hand, and `null` where this server has none. */
import { useQuery } from '@tanstack/react-query';
import type { Problem, Schemas, Text } from '@/api/client';
import type { RunStatus } from '@/components/Status';
import type { Fault, FlowDocument } from '@/flow/types';
import { language } from '@/i18n';

export type Stage = 'customer_master' | 'orders' | 'stock' | 'finance' | 'reports' | 'other';

export interface RecipeSummary {
  slug: string;
  title: Text;
  summary: Text;
  stage: Stage;
  /** What starts it: the trigger's `use`. */
  trigger: string;
  connectors: string[];
  steps: number;
  tags: string[];
}
export interface Recipe extends RecipeSummary {
  document: FlowDocument;
  /** Markdown. */
  readme: Text;
  samples: {
    name: string;
    trigger: Record<string, unknown>;
    /** What steps that call a system would give, so that a test goes on after them. */
    outputs?: Record<string, Record<string, never>>;
    ports?: Record<string, string>;
  }[];
}

export interface Day {
  day: string;
  succeeded: number;
  failed: number;
}
export interface FlowStats {
  slug: string;
  runs: number;
  succeeded: number;
  failed: number;
  cancelled: number;
  success_rate: number | null;
  last_run: { id: string; status: RunStatus; created_at: string } | null;
  daily: Day[];
}

export type ListedFlow = Schemas['Flow'];

/** The answer; `null` where there is no such address. */
async function ask<T>(path: string, signal?: AbortSignal): Promise<T | null> {
  const response = await fetch(path, {
    signal,
    headers: { Accept: 'application/json', 'Accept-Language': language() },
  });
  if (response.status === 404) return null;
  const body: unknown = await response.json();
  if (!response.ok) throw body as Problem;
  return body as T;
}

// The second part of a key is the path, so that live news reach these queries too.
export function useRecipes() {
  return useQuery({
    queryKey: ['get', '/api/v1/recipes'],
    queryFn: async ({ signal }) =>
      (await ask<{ recipes: RecipeSummary[] }>('/api/v1/recipes', signal))?.recipes ?? [],
    staleTime: 300_000,
  });
}

export const recipe = (slug: string, signal?: AbortSignal) =>
  ask<Recipe>(`/api/v1/recipes/${encodeURIComponent(slug)}`, signal);

export function useRecipe(slug: string | undefined) {
  return useQuery({
    // What its document says is in the asked language.
    queryKey: ['get', '/api/v1/recipes/{slug}', slug, language()],
    queryFn: ({ signal }) => recipe(slug ?? '', signal),
    enabled: slug !== undefined,
    staleTime: 300_000,
  });
}

/** By slug; an empty map where the server counts none. */
export function useFlowStats(slugs: string[], days = 7) {
  const query = new URLSearchParams([['days', String(days)], ...slugs.map((slug) => ['slug', slug])]);
  return useQuery({
    queryKey: ['get', '/api/v1/flow-stats', query.toString()],
    queryFn: async ({ signal }) => {
      const answer = await ask<{ flows: FlowStats[] }>(`/api/v1/flow-stats?${query}`, signal);
      return new Map(answer?.flows.map((flow) => [flow.slug, flow]));
    },
    enabled: slugs.length > 0,
    placeholderData: (before) => before,
  });
}

/** What publishing would say of the draft as it is; `null` where only publishing tells. */
export function useDraftFaults(slug: string, revision: number | undefined) {
  return useQuery({
    queryKey: ['get', '/api/v1/flows/{slug}/draft/faults', slug, revision],
    queryFn: async ({ signal }) =>
      (await ask<{ faults: Fault[] }>(`/api/v1/flows/${encodeURIComponent(slug)}/draft/faults`, signal))
        ?.faults ?? null,
    enabled: revision !== undefined,
  });
}
