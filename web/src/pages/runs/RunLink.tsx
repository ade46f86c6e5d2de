import { Anchor, type AnchorProps } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** A run, wherever it is named. */
export function RunLink({
  run,
  children,
  ...rest
}: { run: string; children?: ReactNode } & Omit<AnchorProps, 'children'>) {
  return (
    <Anchor size="sm" {...rest} renderRoot={(props) => <Link {...props} to="/runs/$run" params={{ run }} />}>
      {children ?? run}
    </Anchor>
  );
}
