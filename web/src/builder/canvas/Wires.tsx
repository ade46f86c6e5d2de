/** The lines between cards, in one drawing: nothing here is drawn anew while the canvas moves. */
import { memo } from 'react';
import type { Layout } from '@/flow/layout';
import c from './canvas.module.css';

export const Wires = memo(function Wires({
  layout,
  tails,
  taken,
}: {
  layout: Layout;
  /** Whether the open ends are shown that have no name: those where steps can be added. */
  tails: boolean;
  taken?: (wire: Layout['wires'][number]) => boolean | undefined;
}) {
  return (
    <svg className={c.wires} width={layout.width} height={layout.height} aria-hidden="true">
      {layout.wires
        .filter((wire) => tails || wire.to || wire.port)
        .map((wire) => (
          <path
            key={wire.id}
            d={wire.path}
            data-error={wire.error || undefined}
            data-taken={taken?.(wire)}
            className={c.wire}
          />
        ))}
    </svg>
  );
});
