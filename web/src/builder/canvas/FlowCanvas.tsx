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
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { layoutFlow } from '@/flow/layout';
import type { FlowCanvasProps } from '@/flow/types';
import { CardNode } from './CardNode';
import c from './canvas.module.css';
import { FrameNode } from './FrameNode';
import { Labels } from './Labels';
import { useCanvasNodes } from './nodes';
import { takenWires } from './taken';
import { Wires } from './Wires';

const nodeTypes = { card: CardNode, frame: FrameNode };
const MANY = 25;

export default function FlowCanvas(props: FlowCanvasProps) {
  return (
    <ReactFlowProvider>
      <Canvas {...props} />
    </ReactFlowProvider>
  );
}

function Canvas({ document, selected, onSelect, faults, looks }: FlowCanvasProps) {
  const { t } = useTranslation();
  const scheme = useComputedColorScheme();
  const layout = useMemo(() => layoutFlow(document), [document]);
  const nodes = useCanvasNodes({ document, layout, faults, looks, marked: selected, editable: false });
  const taken = useMemo(() => looks && takenWires(looks), [looks]);
  return (
    <section className={c.canvas} aria-label={t('builder.canvas.label')}>
      <ReactFlow
        nodes={nodes}
        edges={[]}
        nodeTypes={nodeTypes}
        colorMode={scheme}
        fitView
        fitViewOptions={{ padding: 0.12, maxZoom: 1 }}
        minZoom={0.15}
        maxZoom={1.75}
        nodesDraggable={false}
        nodesConnectable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        deleteKeyCode={null}
        onNodeClick={(_, node) => node.type === 'card' && onSelect(node.id)}
        onPaneClick={() => onSelect(null)}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1} />
        <Controls showInteractive={false} />
        {nodes.length > MANY && <MiniMap pannable zoomable ariaLabel={t('builder.canvas.minimap')} />}
        <ViewportPortal>
          <Wires layout={layout} tails={false} taken={taken} />
          <Labels layout={layout} />
        </ViewportPortal>
      </ReactFlow>
    </section>
  );
}
