/** From the map to what the canvas library draws: systems where they stand, and lines between them. */
import { applyNodeChanges, type NodeChange } from '@xyflow/react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { say } from '@/i18n';
import { placeSystems, SYSTEM } from '../model/place';
import type { Point } from '../model/route';
import type { MapSystem, SystemMap } from '../types';
import { WEBHOOK } from '../types';
import type { SystemNodeType } from './SystemNode';

interface Given {
  map: SystemMap;
  /** A system. */
  selected?: string;
  editable: boolean;
  onSelect: (id: string) => void;
  onPlace: (places: Map<string, Point>) => void;
}

/** By arrow keys a system moves step by step; it is kept where it stands once they rest. */
const REST_MS = 400;

export function useMapNodes({ map, selected, editable, onSelect, onPlace }: Given) {
  const subtitle = useSubtitle();
  const { i18n } = useTranslation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: titles speak the language
  const drawn = useMemo(() => {
    const places = placeSystems(map.systems, map.edges);
    return map.systems.map((system): SystemNodeType => {
      const title = say(system.title);
      return {
        id: system.id,
        type: 'system',
        position: places.get(system.id) ?? { x: 0, y: 0 },
        ...SYSTEM,
        ariaRole: 'button',
        ariaLabel: `${title}, ${subtitle(system)}`,
        selected: system.id === selected,
        data: {
          title,
          subtitle: subtitle(system),
          connector: system.connector,
          manual: system.manual,
          webhook: system.id === WEBHOOK,
          editable,
        },
      };
    });
  }, [map, selected, editable, subtitle, i18n.language]);

  const [nodes, setNodes] = useState(drawn);
  useEffect(() => {
    setNodes((before) => {
      const known = new Map(before.map((node) => [node.id, node]));
      return drawn.map((node) => {
        const old = known.get(node.id);
        // What was measured stays; what is being dragged stays in the hand.
        return old ? { ...old, ...node, position: old.dragging ? old.position : node.position } : node;
      });
    });
  }, [drawn]);

  const moved = useRef(new Map<string, Point>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const onNodesChange = useCallback(
    (changes: NodeChange<SystemNodeType>[]) => {
      setNodes((now) => applyNodeChanges(changes, now));
      for (const change of changes) {
        if (change.type === 'select' && change.selected) onSelect(change.id);
        if (change.type === 'position' && change.dragging === false && change.position) {
          moved.current.set(change.id, {
            x: Math.round(change.position.x),
            y: Math.round(change.position.y),
          });
          clearTimeout(timer.current);
          timer.current = setTimeout(() => {
            onPlace(moved.current);
            moved.current = new Map();
          }, REST_MS);
        }
      }
    },
    [onSelect, onPlace],
  );
  return { nodes, onNodesChange };
}

export function useSubtitle(): (system: MapSystem) => string {
  const { t } = useTranslation();
  return useCallback(
    (system) => {
      if (system.manual) return t('map.system.added');
      if (system.id === WEBHOOK) return t('map.system.callers');
      const count = system.connections.length;
      return count > 0 ? t('map.system.connections', { count }) : t('map.system.reached');
    },
    [t],
  );
}
