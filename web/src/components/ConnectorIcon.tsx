import { ThemeIcon } from '@mantine/core';
import { IconPlug } from '@tabler/icons-react';
import { iconUrl, shapeOf, useIconKind } from './connectorIcons';

/** A connector's own icon; a plug where it has none. Decorative: its name stands beside it. */
export function ConnectorIcon({ name, size = 28 }: { name: string; size?: number }) {
  const kind = useIconKind(name);
  if (kind === 'coloured') {
    return (
      <img
        src={iconUrl(name)}
        alt=""
        width={size}
        height={size}
        loading="lazy"
        style={{ borderRadius: 'var(--mantine-radius-sm)', flex: 'none' }}
      />
    );
  }
  return (
    <ThemeIcon size={size} variant="light" color="gray" aria-hidden>
      {kind === 'plain' && <span style={shapeOf(name, Math.round(size * 0.66))} />}
      {kind === 'missing' && <IconPlug size={size * 0.6} />}
    </ThemeIcon>
  );
}
