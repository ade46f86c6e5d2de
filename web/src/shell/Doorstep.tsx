/** The frame of what is seen before anybody is signed in. */
import { Card, Center, Group, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { LanguageMenu, SchemeToggle } from './Preferences';
import { Wordmark } from './Wordmark';

export function Doorstep({ children, width = 400 }: { children: ReactNode; width?: number }) {
  return (
    <Center mih="100vh" bg="var(--cw-canvas)" p="md" component="main">
      <Stack w="100%" maw={width} gap="md">
        <Group justify="space-between">
          <Wordmark />
          <Group gap={4}>
            <LanguageMenu />
            <SchemeToggle />
          </Group>
        </Group>
        <Card padding="xl">{children}</Card>
      </Stack>
    </Center>
  );
}
