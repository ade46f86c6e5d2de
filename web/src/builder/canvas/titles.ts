/** What steps and triggers are called, from the server's catalogue. */
import { useMemo } from 'react';
import { api, type Schemas, type Text } from '@/api/client';

export interface Titles {
  /** `<connector>.<operation>`, `<connector>.<trigger>`, or a kind. */
  title: (use: string, of: 'step' | 'trigger') => Text | undefined;
  system: (connector: string) => Text | undefined;
  known: boolean;
}

export type Catalogue = Schemas['Catalogue'];

export const useCatalogue = () =>
  api.useQuery('get', '/api/v1/catalogue', {}, { staleTime: 10 * 60_000, gcTime: 60 * 60_000 });

function titlesOf(catalogue: Catalogue | undefined): Titles {
  const titles = new Map<string, Text>();
  const systems = new Map<string, Text>();
  for (const kind of catalogue?.steps ?? []) titles.set(`step ${kind.name}`, kind.title);
  for (const kind of catalogue?.triggers ?? []) titles.set(`trigger ${kind.name}`, kind.title);
  for (const connector of catalogue?.connectors ?? []) {
    systems.set(connector.name, connector.title);
    for (const one of connector.operations) titles.set(`step ${connector.name}.${one.name}`, one.title);
    for (const one of connector.triggers ?? [])
      titles.set(`trigger ${connector.name}.${one.name}`, one.title);
  }
  return {
    title: (use, of) => titles.get(`${of} ${use}`),
    system: (connector) => systems.get(connector),
    known: catalogue !== undefined,
  };
}

export function useTitles(): Titles {
  const { data } = useCatalogue();
  return useMemo(() => titlesOf(data), [data]);
}

/** The part of `use` before the dot; nothing for a kind. */
export const connectorOf = (use: string): string | undefined =>
  use.includes('.') ? use.slice(0, use.indexOf('.')) : undefined;
