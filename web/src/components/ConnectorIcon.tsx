import { ThemeIcon } from '@mantine/core';
import { IconPlug } from '@tabler/icons-react';
import { useState } from 'react';

/** A connector's own icon; a plug where it has none. Decorative: its name stands beside it. */
export function ConnectorIcon({ name, size = 28 }: { name: string; size?: number }) {
  const [missing, setMissing] = useState(false);
  if (missing) {
    return (
      <ThemeIcon size={size} variant="light" color="gray" aria-hidden>
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
      className="connector-icon"
    />
  );
}
