import { ThemeIcon } from '@mantine/core';
import { IconPlug } from '@tabler/icons-react';
import { useState } from 'react';

/** Icons are drawn in black or in a system's colours: in the dark they need a light tile. */
const TILE = 'light-dark(var(--mantine-color-gray-1), var(--mantine-color-gray-2))';

/** A connector's own icon; a plug where it has none. Decorative: its name stands beside it. */
export function ConnectorIcon({ name, size = 28 }: { name: string; size?: number }) {
  const [missing, setMissing] = useState(false);
  if (missing) {
    return (
      <ThemeIcon size={size} bg={TILE} c="gray.8" aria-hidden>
        <IconPlug size={size * 0.6} />
      </ThemeIcon>
    );
  }
  return (
    <img
      src={`/api/v1/connectors/${encodeURIComponent(name)}/icon`}
      alt=""
      width={size}
      height={size}
      loading="lazy"
      onError={() => setMissing(true)}
      style={{
        borderRadius: 'var(--mantine-radius-sm)',
        flex: 'none',
        padding: Math.round(size / 9),
        background: TILE,
      }}
    />
  );
}
