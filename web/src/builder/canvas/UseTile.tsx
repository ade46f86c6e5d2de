/** The picture of a step or trigger: its system's, or that of its kind. Plain elements, as it stands on cards. */
import type { CSSProperties } from 'react';
import { iconUrl, shapeOf, useIconKind } from '@/components/connectorIcons';
import { connectorOf } from '@/flow/use';
import { lookOf } from './kinds';
import c from './tile.module.css';

export function UseTile({ use, of, size = 36 }: { use: string; of: 'step' | 'trigger'; size?: number }) {
  const connector = connectorOf(use);
  const own = useIconKind(connector);
  const { icon: Kind, tint } = lookOf(use, of);
  const square = { width: size, height: size };
  if (connector && own === 'coloured') {
    return (
      <div className={c.icon} style={square}>
        <img src={iconUrl(connector)} alt="" width={size - 4} height={size - 4} />
      </div>
    );
  }
  const colours = {
    ...square,
    '--tint': `var(--mantine-color-${tint}-light)`,
    '--ink': `var(--mantine-color-${tint}-light-color)`,
  } as CSSProperties;
  return (
    <div className={c.icon} style={colours}>
      {connector && own === 'plain' && <span style={shapeOf(connector, Math.round(size * 0.6))} />}
      {(!connector || own === 'missing') && <Kind size={Math.round(size * 0.53)} stroke={1.75} aria-hidden />}
    </div>
  );
}
