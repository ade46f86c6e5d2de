/** The icon of a kind that is built in. */
import { ThemeIcon } from '@mantine/core';
import { lookOf } from '@/builder/canvas/kinds';

export function KindIcon({ use, of, size }: { use: string; of: 'step' | 'trigger'; size: number }) {
  const { icon: Icon, tint } = lookOf(use, of);
  return (
    <ThemeIcon size={size} variant="light" color={tint} aria-hidden>
      <Icon size={size * 0.6} />
    </ThemeIcon>
  );
}
