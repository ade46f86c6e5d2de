/** The picture of a step or trigger: its system's, or that of its kind. Plain elements, as it stands on cards. */
import { type CSSProperties, useState } from 'react';
import { lookOf } from './kinds';
import c from './tile.module.css';
import { connectorOf } from './titles';

export function UseTile({ use, of, size = 36 }: { use: string; of: 'step' | 'trigger'; size?: number }) {
  const [missing, setMissing] = useState(false);
  const connector = connectorOf(use);
  const { icon: Kind, tint } = lookOf(use, of);
  const colours = {
    width: size,
    height: size,
    '--tint': `var(--mantine-color-${tint}-light)`,
    '--ink': `var(--mantine-color-${tint}-light-color)`,
  } as CSSProperties;
  if (connector && !missing) {
    return (
      <div className={`${c.icon} connector-icon`} data-image style={{ width: size, height: size }}>
        <img
          src={`/api/v1/connectors/${encodeURIComponent(connector)}/icon`}
          alt=""
          width={size - 4}
          height={size - 4}
          onError={() => setMissing(true)}
        />
      </div>
    );
  }
  return (
    <div className={c.icon} style={colours}>
      <Kind size={Math.round(size * 0.53)} stroke={1.75} aria-hidden />
    </div>
  );
}
