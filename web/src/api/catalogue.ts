/** What the server can do: kinds of steps and triggers, and the connectors, with what each is called. */
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { Step } from '@/flow/types';
import { connectorOf } from '@/flow/use';
import { say } from '@/i18n';
import { api, type Schemas, type Text } from './client';

export type Catalogue = Schemas['Catalogue'];
export type Connector = Schemas['Connector'];

/** It is large, and changes only when a connector is installed. */
const KEPT = { staleTime: 300_000, gcTime: 3_600_000 };

export const useCatalogue = () => api.useQuery('get', '/api/v1/catalogue', {}, KEPT);

export const useConnectors = () =>
  api.useQuery('get', '/api/v1/catalogue', {}, { ...KEPT, select: (all) => all.connectors });

export const useConnector = (name: string) =>
  api.useQuery(
    'get',
    '/api/v1/catalogue',
    {},
    { ...KEPT, select: (all) => all.connectors.find((one) => one.name === name) ?? null },
  );

export const operationQuery = (connector: string, operation: string) =>
  api.queryOptions(
    'get',
    '/api/v1/connectors/{connector}/operations/{operation}',
    { params: { path: { connector, operation } } },
    { ...KEPT, enabled: connector !== '' },
  );

/** One operation with its schemas. */
export const useOperation = (connector: string, operation: string) =>
  useQuery(operationQuery(connector, operation));

export const useConnectorTrigger = (connector: string, trigger: string) =>
  api.useQuery(
    'get',
    '/api/v1/connectors/{connector}/triggers/{trigger}',
    { params: { path: { connector, trigger } } },
    { ...KEPT, enabled: connector !== '' },
  );

/** Queries that show connectors. */
export const isAboutConnectors = (query: { queryKey: readonly unknown[] }) =>
  /^\/api\/v1\/(connectors|connector-index|catalogue)/.test(String(query.queryKey[1] ?? ''));

export interface Titles {
  /** `<connector>.<operation>`, `<connector>.<trigger>`, or a kind. */
  title: (use: string, of: 'step' | 'trigger') => Text | undefined;
  system: (connector: string) => Text | undefined;
  known: boolean;
}

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

/** What a step does, and in which system. */
export function wordsOf(use: string, of: 'step' | 'trigger', titles: Titles) {
  const connector = connectorOf(use);
  const title = say(titles.title(use, of)) || (titles.known ? use : '');
  const system = connector ? say(titles.system(connector)) || connector : '';
  return { title, system, both: [system, title].filter(Boolean).join(' · ') };
}

/** What a step is called: by its author, or by what it does. */
export function useStepTitle(): (step: Pick<Step, 'id' | 'use'> & { name?: string | null }) => string {
  const titles = useTitles();
  return useCallback((step) => step.name || wordsOf(step.use, 'step', titles).title || step.id, [titles]);
}

/** The title of the connector that a step's `use` belongs to; absent for step kinds and plain HTTP. */
export function useSystemNames(): (use: string | undefined) => string | undefined {
  const titles = useTitles();
  return useCallback(
    (use) => {
      const connector = use && connectorOf(use);
      return connector && connector !== 'http' ? say(titles.system(connector)) || undefined : undefined;
    },
    [titles],
  );
}
