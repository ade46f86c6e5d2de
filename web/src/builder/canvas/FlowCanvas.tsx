/** The one canvas: for editing, and for looking at runs. Nobody draws lines; everything has its place from the document. */
import '@xyflow/react/dist/style.css';
import { useComputedColorScheme } from '@mantine/core';
import {
  Background,
  BackgroundVariant,
  Controls,
  MiniMap,
  ReactFlow,
  ReactFlowProvider,
  ViewportPortal,
} from '@xyflow/react';
import { type MouseEvent, type RefObject, useCallback, useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { layoutFlow } from '@/flow/layout';
import type { FlowCanvasProps } from '@/flow/types';
import { CardNode } from './CardNode';
import { CardTools } from './CardTools';
import c from './canvas.module.css';
import { FrameNode } from './FrameNode';
import { Labels } from './Labels';
import { useCanvasNodes } from './nodes';
import { takenWires } from './taken';
import { useDragMove } from './useDragMove';
import { type CanvasEditing, useKeys } from './useKeys';
import { useMarked } from './useMarked';
import { useView } from './useView';
import { Wires } from './Wires';

const nodeTypes = { card: CardNode, frame: FrameNode };
const NO_EDGES: never[] = [];
const MANY = 25;

type Props = FlowCanvasProps & {
  /** Absent: it is looked at only. */
  edit?: CanvasEditing;
  /** What may lie over the canvas at the right. */
  beside?: RefObject<HTMLElement | null>;
  /** Several that are to be marked, such as those just pasted. */
  marked?: readonly string[];
};

export default function FlowCanvas(props: Props) {
  return (
    <ReactFlowProvider>
      <Canvas {...props} />
    </ReactFlowProvider>
  );
}

function Canvas({ document, selected, onSelect, faults, looks, edit, beside, marked: given }: Props) {
  const { t } = useTranslation();
  const scheme = useComputedColorScheme();
  const root = useRef<HTMLElement>(null);
  const layout = useMemo(() => layoutFlow(document), [document]);
  const { marked, mark, onNodesChange } = useMarked(selected, onSelect, given);
  const current = [...marked].at(-1) ?? null;
  const editable = edit !== undefined;
  const nodes = useCanvasNodes({ document, layout, faults, looks, marked, current, editable });
  const taken = useMemo(() => looks && takenWires(looks), [looks]);
  const view = useView(layout, selected, editable, beside);
  const focus = useCallback(
    (id: string) => {
      view.show(id);
      // The card that the Tab key reaches is another one once this is drawn.
      requestAnimationFrame(() => cardOf(root.current, id)?.focus({ preventScroll: true }));
    },
    [view.show],
  );
  // What was put in from the palette is gone on with from there.
  useEffect(() => {
    if (!selected || !editable) return;
    const timer = setTimeout(() => {
      if (window.document.activeElement === window.document.body) focus(selected);
    }, 300);
    return () => clearTimeout(timer);
  }, [selected, editable, focus]);
  useDragMove({ root, document, layout, onMove: edit?.actions.move });
  const keys = useKeys({ document, layout, marked, mark, focus, edit });
  const names = useMemo(
    () => ({
      'controls.zoomIn.ariaLabel': t('builder.canvas.zoomIn'),
      'controls.zoomOut.ariaLabel': t('builder.canvas.zoomOut'),
      'controls.fitView.ariaLabel': t('builder.canvas.fit'),
    }),
    [t],
  );
  const only = edit && marked.size === 1 ? layout.cards.find((card) => card.id === current) : undefined;
  return (
    <section ref={root} className={c.canvas} aria-label={t('builder.canvas.label')} tabIndex={-1} {...keys}>
      <ReactFlow
        nodes={nodes}
        edges={NO_EDGES}
        onNodesChange={onNodesChange}
        // One of several marked cards becomes the only one.
        onNodeClick={(event, node) => !isAdding(event) && marked.size > 1 && mark([node.id])}
        nodeTypes={nodeTypes}
        ariaLabelConfig={names}
        colorMode={scheme}
        onInit={view.begin}
        minZoom={0.15}
        maxZoom={1.75}
        nodesDraggable={false}
        nodesConnectable={false}
        elementsSelectable
        multiSelectionKeyCode={MULTI}
        selectionKeyCode={editable ? 'Shift' : null}
        zoomOnDoubleClick={false}
        disableKeyboardA11y
        deleteKeyCode={null}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1} />
        <Controls showInteractive={false} aria-label={t('builder.canvas.zoom')} />
        {layout.cards.length > MANY && (
          <MiniMap pannable zoomable style={SMALL} ariaLabel={t('builder.canvas.minimap')} />
        )}
        <ViewportPortal>
          <Wires layout={layout} tails={editable} taken={taken} />
          <Labels layout={layout} onPlus={edit?.onInsert} onJoin={edit?.actions.setJoin} />
          {only && edit && <CardTools card={only} document={document} edit={edit} />}
        </ViewportPortal>
      </ReactFlow>
    </section>
  );
}

/** Flows are tall. */
const SMALL = { width: 132, height: 240 };
const isAdding = (event: MouseEvent) => event.shiftKey || event.ctrlKey || event.metaKey;
const MULTI = ['Shift', 'Control', 'Meta'];

const cardOf = (root: HTMLElement | null, id: string) =>
  root?.querySelector<HTMLElement>(`.react-flow__node-card[data-id="${CSS.escape(id)}"]`);
