/** The icon of a step's or trigger's `use`: of its system, or of its kind. */
import { ThemeIcon } from '@mantine/core';
import { IconWorld } from '@tabler/icons-react';
import { lookOf } from '@/builder/canvas/kinds';
import { ConnectorIcon } from '@/components/ConnectorIcon';
import { connectorOf } from '@/flow/use';

export function UseIcon({
  use,
  of = 'step',
  size = 26,
}: {
  use: string;
  of?: 'step' | 'trigger';
  size?: number;
}) {
  const connector = connectorOf(use);
  const plain = connector === 'http';
  if (connector && !plain) return <ConnectorIcon name={connector} size={size} />;
  const Icon = plain ? IconWorld : lookOf(use, of).icon;
  return (
    <ThemeIcon size={size} variant="light" color="gray" aria-hidden>
      <Icon size={size * 0.6} />
    </ThemeIcon>
  );
}
