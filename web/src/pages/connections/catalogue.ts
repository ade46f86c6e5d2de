/** What connectors are there, and how connections of them are made. */
import { api, type Schemas } from '@/api/client';

export type Connector = Schemas['Connector'];

/** The catalogue changes when a connector is installed, and is large: it is kept for a while. */
export function useConnectors() {
  return api.useQuery('get', '/api/v1/catalogue', {}, { staleTime: 60_000, select: (all) => all.connectors });
}

export function useConnector(name: string) {
  return api.useQuery(
    'get',
    '/api/v1/catalogue',
    {},
    { staleTime: 60_000, select: (all) => all.connectors.find((one) => one.name === name) ?? null },
  );
}

export const authOf = (connector: Connector | null | undefined, auth: string | null | undefined) =>
  connector?.connection?.auth.find((form) => form.name === auth);
