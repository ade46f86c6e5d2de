/** The map on the server: read, and changed in view before the server has said yes. */
import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, http, must } from '@/api/client';
import type { MapEdge, MapSystem, SystemMap } from './types';

const KEY = ['get', '/api/v1/system-map'];

export function useSystemMap() {
  // Published flows and connections tell of themselves; runs are only counted.
  return api.useQuery('get', '/api/v1/system-map', undefined, { refetchInterval: 60_000 });
}

type HandOver = Pick<MapEdge, 'id' | 'from' | 'to'> & { how: string; note: string };

const system = (id: string) => ({ params: { path: { id } } });

/** What flows reach is called as its connector is; a title stands only with what people added. */
const bodyOf = ({ manual, title, x, y }: MapSystem) => ({ title: manual ? title : null, x, y });

export function useMapChanges() {
  const client = useQueryClient();
  return useMemo(() => {
    const change = async (show: (map: SystemMap) => SystemMap, send: () => Promise<unknown>) => {
      await client.cancelQueries({ queryKey: KEY });
      const before = client.getQueryData<SystemMap>(KEY);
      if (before) client.setQueryData(KEY, show(before));
      try {
        await send();
      } catch (error) {
        client.setQueryData(KEY, before);
        throw error;
      } finally {
        void client.invalidateQueries({ queryKey: KEY });
      }
    };
    const withSystems = (next: MapSystem[]) => (map: SystemMap) => {
      const changed = new Map(next.map((one) => [one.id, one]));
      const kept = map.systems.map((one) => changed.get(one.id) ?? one);
      const added = next.filter((one) => !map.systems.some((known) => known.id === one.id));
      return { ...map, systems: [...kept, ...added] };
    };
    return {
      /** Adds them, or keeps their names and places. */
      putSystems: (next: MapSystem[]) =>
        change(withSystems(next), async () => {
          for (const one of next) {
            await must(http.PUT('/api/v1/system-map/systems/{id}', { ...system(one.id), body: bodyOf(one) }));
          }
        }),
      /** With what people carry from it and to it. */
      removeSystem: (id: string) =>
        change(
          (map) => ({
            systems: map.systems.filter((one) => one.id !== id),
            edges: map.edges.filter((edge) => edge.from !== id && edge.to !== id),
          }),
          () => must(http.DELETE('/api/v1/system-map/systems/{id}', system(id))),
        ),
      putHandOver: ({ id, ...body }: HandOver) =>
        change(
          (map) => ({
            ...map,
            edges: [
              ...map.edges.filter((edge) => edge.id !== id),
              { id, ...body, flows: [], runs: 0, failed: 0, manual: true },
            ],
          }),
          () => must(http.PUT('/api/v1/system-map/hand-overs/{id}', { ...system(id), body })),
        ),
      removeHandOver: (id: string) =>
        change(
          (map) => ({ ...map, edges: map.edges.filter((edge) => edge.id !== id) }),
          () => must(http.DELETE('/api/v1/system-map/hand-overs/{id}', system(id))),
        ),
    };
  }, [client]);
}

export type MapChanges = ReturnType<typeof useMapChanges>;
