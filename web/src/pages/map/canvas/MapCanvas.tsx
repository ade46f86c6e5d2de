/** The map as a drawing. */
import '@xyflow/react/dist/style.css';
import { useComputedColorScheme } from '@mantine/core';
import {
  Background,
  BackgroundVariant,
  ConnectionMode,
  Controls,
  ReactFlow,
  ReactFlowProvider,
  useOnViewportChange,
  useReactFlow,
  useStoreApi,
  type Viewport,
} from '@xyflow/react';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { say } from '@/i18n';
import { healthOf } from '../model/health';
import { SYSTEM } from '../model/place';
import type { Point } from '../model/route';
import { shiftsOf, spotsOf } from '../model/route';
import type { SystemMap } from '../types';
import { useLineWords } from '../words';
import { LineEdge, type LineEdgeType } from './LineEdge';
import c from './map.module.css';
import { SystemNode, type SystemNodeType } from './SystemNode';
import { useMapNodes } from './useMapNodes';

const nodeTypes = { system: SystemNode };
const edgeTypes = { line: LineEdge };
const FIT = { padding: 0.08, maxZoom: 1 };
/** On a map that is drawn smaller, labels stay as large as they are, down to here. */
const READABLE = 0.65;
/** A large map begins with its middle rather than with what nobody can read. */
const BEGIN = { ...FIT, minZoom: READABLE };

interface Props {
  map: SystemMap;
  system?: string;
  edge?: string;
  editable: boolean;
  onSystem: (id: string) => void;
  onEdge: (id: string) => void;
  onNothing: () => void;
  onPlace: (places: Map<string, Point>) => void;
  onConnect: (from: string, to: string) => void;
}

export default function MapCanvas(props: Props) {
  return (
    <ReactFlowProvider>
      <Canvas {...props} />
    </ReactFlowProvider>
  );
}

function Canvas({ map, system, edge, editable, onSystem, onEdge, onNothing, onPlace, onConnect }: Props) {
  const { t } = useTranslation();
  const scheme = useComputedColorScheme();
  const { nodes, onNodesChange } = useMapNodes({
    map,
    selected: system,
    editable,
    onSelect: onSystem,
    onPlace,
  });
  const edges = useLines(map, nodes, edge, onEdge);
  useInView(nodes.find((node) => node.id === system)?.id);
  const root = useReadableLabels();
  const words = useMemo(
    () => ({
      'node.a11yDescription.default': t('map.canvas.nodeHint'),
      'node.a11yDescription.keyboardDisabled': t('map.canvas.nodeHint'),
      'controls.ariaLabel': t('map.canvas.controls'),
      'controls.zoomIn.ariaLabel': t('map.canvas.zoomIn'),
      'controls.zoomOut.ariaLabel': t('map.canvas.zoomOut'),
      'controls.fitView.ariaLabel': t('map.canvas.fit'),
    }),
    [t],
  );
  return (
    <section ref={root} className={c.canvas} aria-label={t('map.canvas.label')}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodesChange={onNodesChange}
        onEdgeClick={(_, line) => onEdge(line.id)}
        onPaneClick={onNothing}
        onConnect={({ source, target }) => onConnect(source, target)}
        isValidConnection={({ source, target }) => source !== target}
        connectionMode={ConnectionMode.Strict}
        connectionRadius={28}
        nodesConnectable={editable}
        nodesDraggable={editable}
        // A system that is only moved is not opened.
        selectNodesOnDrag={false}
        edgesFocusable={false}
        colorMode={scheme}
        fitView
        fitViewOptions={BEGIN}
        minZoom={0.2}
        maxZoom={1.75}
        multiSelectionKeyCode={null}
        selectionKeyCode={null}
        deleteKeyCode={null}
        zoomOnDoubleClick={false}
        ariaLabelConfig={words}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1} />
        <Controls showInteractive={false} fitViewOptions={FIT} />
      </ReactFlow>
    </section>
  );
}

function useLines(
  map: SystemMap,
  nodes: SystemNodeType[],
  chosen: string | undefined,
  onChoose: (id: string) => void,
) {
  const { t } = useTranslation();
  const words = useLineWords();
  const shifts = useMemo(() => shiftsOf(map.edges), [map.edges]);
  const spots = useMemo(
    () =>
      spotsOf(map.edges, new Map(nodes.map((node) => [node.id, { ...node.position, ...SYSTEM }])), shifts),
    [map.edges, nodes, shifts],
  );
  return useMemo(() => {
    const names = new Map(map.systems.map((one) => [one.id, say(one.title)]));
    return map.edges.map((edge): LineEdgeType => {
      const { word, whole } = words(edge);
      return {
        id: edge.id,
        type: 'line',
        source: edge.from,
        target: edge.to,
        selectable: false,
        data: {
          health: healthOf(edge),
          runs: edge.runs,
          shift: shifts.get(edge.id) ?? 0,
          spot: spots.get(edge.id) ?? 0.5,
          word,
          label: t('map.canvas.edge', { from: names.get(edge.from), to: names.get(edge.to), what: whole }),
          chosen: edge.id === chosen,
          onChoose,
        },
      };
    });
  }, [map, shifts, spots, chosen, onChoose, words, t]);
}

function useReadableLabels() {
  const root = useRef<HTMLElement>(null);
  const onChange = useCallback(({ zoom }: Viewport) => {
    const scale = 1 / Math.max(READABLE, Math.min(1, zoom));
    root.current?.style.setProperty('--unzoom', String(Math.round(scale * 100) / 100));
  }, []);
  useOnViewportChange({ onChange });
  return root;
}

/** What is chosen is seen, without more of a move than that needs: it may have been found in a table, or just been added. */
function useInView(id: string | undefined) {
  const { getNode, getViewport, setViewport } = useReactFlow();
  const store = useStoreApi();
  useEffect(() => {
    if (!id) return;
    // After the panel beside the map took its place.
    const timer = setTimeout(() => {
      const node = getNode(id);
      if (!node) return;
      const { width, height } = store.getState();
      const { x, y, zoom } = getViewport();
      const dx = intoView(node.position.x * zoom + x, SYSTEM.width * zoom, width);
      const dy = intoView(node.position.y * zoom + y, SYSTEM.height * zoom, height);
      if (dx || dy) void setViewport({ x: x + dx, y: y + dy, zoom }, { duration: 180 });
    }, 80);
    return () => clearTimeout(timer);
  }, [id, getNode, getViewport, setViewport, store]);
}

const MARGIN = 32;
const intoView = (from: number, size: number, room: number) =>
  from < MARGIN ? MARGIN - from : Math.min(0, room - MARGIN - from - size);
