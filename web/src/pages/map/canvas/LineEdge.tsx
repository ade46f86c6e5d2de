/** What goes from one system to another: wide as it is much, dashed where people carry it, with a word on how it fares. */
import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconUser,
} from '@tabler/icons-react';
import {
  type Edge,
  EdgeLabelRenderer,
  type EdgeProps,
  type InternalNode,
  useInternalNode,
} from '@xyflow/react';
import { memo } from 'react';
import { type Health, lineWidth } from '../model/health';
import { SYSTEM } from '../model/place';
import { type Box, routeOf } from '../model/route';
import c from './map.module.css';

type LineData = {
  health: Health;
  runs: number;
  shift: number;
  /** How far along the way the label stands, from 0 to 1. */
  spot: number;
  /** On the line. */
  word: string;
  /** For who does not see it. */
  label: string;
  chosen: boolean;
  onChoose: (id: string) => void;
};
export type LineEdgeType = Edge<LineData, 'line'>;

const ICONS = {
  well: IconCircleCheckFilled,
  failing: IconAlertTriangleFilled,
  quiet: IconCircleDashed,
  byHand: IconUser,
};

export const LineEdge = memo(function LineEdge({ id, source, target, data }: EdgeProps<LineEdgeType>) {
  const from = useInternalNode(source);
  const to = useInternalNode(target);
  if (!from || !to || !data) return null;
  const width = lineWidth(data.runs);
  const { path, arrow, label } = routeOf(boxOf(from), boxOf(to), data.shift, 8 + width);
  const { x, y } = label(data.spot);
  const Icon = ICONS[data.health];
  return (
    <>
      <g className={c.line} data-health={data.health} data-chosen={data.chosen || undefined}>
        <path d={path} className={c.path} style={{ strokeWidth: width }} />
        <path d={arrow} className={c.arrow} />
        <path d={path} className={`react-flow__edge-interaction ${c.reach}`} />
      </g>
      <EdgeLabelRenderer>
        <button
          type="button"
          className={`${c.label} nodrag nopan numbers`}
          data-health={data.health}
          data-chosen={data.chosen || undefined}
          style={{
            transform: `translate(-50%,-50%) translate(${x}px,${y}px) scale(var(--unzoom, 1))`,
          }}
          aria-label={data.label}
          title={data.label}
          onClick={() => data.onChoose(id)}
        >
          <Icon size={12} aria-hidden />
          {data.word}
        </button>
      </EdgeLabelRenderer>
    </>
  );
});

const boxOf = (node: InternalNode): Box => ({ ...node.internals.positionAbsolute, ...SYSTEM });
