/** What can be done with the one selected card, beside it. */
import { IconAlertTriangle, IconCopy, IconPlus, IconReplace, IconTrash } from '@tabler/icons-react';
import { useStore } from '@xyflow/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ERROR, endsRun, refOf } from '@/flow/exits';
import { bodyGraph } from '@/flow/graph';
import type { Card } from '@/flow/layout';
import { type FlowDocument, TRIGGER } from '@/flow/types';
import { listOf } from '@/flow/walk';
import c from './tools.module.css';
import { type CanvasEditing, placeFor } from './useKeys';

export function CardTools({
  card,
  document,
  edit,
}: {
  card: Card;
  document: FlowDocument;
  edit: CanvasEditing;
}) {
  const { t } = useTranslation();
  // As large as a pointer needs, however small the cards are.
  const zoom = useStore((state) => state.transform[2]);
  const { id, step, loop } = card;
  const isTrigger = id === TRIGGER && !step;
  const error = refOf(id, ERROR);
  const hasError = !isTrigger && bodyGraph(listOf(document, loop)).followers.has(error);
  return (
    <div
      className={`${c.tools} nopan nodrag`}
      role="toolbar"
      aria-label={t('builder.tools.label')}
      style={{
        transform: `translate(${card.x + card.width + 6}px,${card.y}px) scale(${1 / Math.min(1, zoom)})`,
      }}
    >
      {!(step && endsRun(step)) && (
        <Tool label={t('builder.tools.after')} onClick={() => edit.onInsert(placeFor(document, id))}>
          <IconPlus size={15} />
        </Tool>
      )}
      {isTrigger && (
        <Tool label={t('builder.tools.trigger')} onClick={edit.onTrigger}>
          <IconReplace size={15} />
        </Tool>
      )}
      {!isTrigger && (
        <>
          {!hasError && (
            <Tool
              label={t('builder.tools.onError')}
              onClick={() => edit.onInsert({ loop, from: [error], to: [] })}
            >
              <IconAlertTriangle size={15} />
            </Tool>
          )}
          <Tool label={t('builder.tools.duplicate')} onClick={() => edit.actions.duplicate(id)}>
            <IconCopy size={15} />
          </Tool>
          <Tool label={t('builder.tools.remove')} onClick={() => edit.actions.remove([id])}>
            <IconTrash size={15} />
          </Tool>
        </>
      )}
    </div>
  );
}

function Tool({ label, onClick, children }: { label: string; onClick: () => void; children: ReactNode }) {
  return (
    <button type="button" className={c.tool} aria-label={label} title={label} onClick={onClick}>
      {children}
    </button>
  );
}
