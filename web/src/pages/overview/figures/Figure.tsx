import { Card, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** One figure of the period: what it is, how much, and what that means. */
export function Figure({
  title,
  value,
  badge,
  children,
}: {
  title: string;
  value: ReactNode;
  /** How it stands against a target. */
  badge?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Card h="100%">
      <Stack gap={4}>
        <Title order={2} size="xs" fw={550} c="dimmed">
          {title}
        </Title>
        <Text fz={26} lh={1.25} fw={620} className="numbers">
          {value}
        </Text>
        {badge && <div>{badge}</div>}
        <Text size="xs" c="dimmed" component="div">
          {children}
        </Text>
      </Stack>
    </Card>
  );
}
