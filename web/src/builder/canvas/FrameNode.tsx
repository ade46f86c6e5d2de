/** What stands around the steps of a loop. */
import type { Node, NodeProps } from '@xyflow/react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import c from './canvas.module.css';

type FrameData = { dragged?: boolean };
export type FrameNodeType = Node<FrameData, 'frame'>;

export const FrameNode = memo(function FrameNode(_: NodeProps<FrameNodeType>) {
  const { t } = useTranslation();
  return (
    <div className={c.frame}>
      <span className={c.frameLabel}>{t('builder.card.eachItem')}</span>
    </div>
  );
});
