/** The frame of a page's content: one title, what it is for, what can be done. */
import { Anchor, Box, Breadcrumbs, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

export function Page({
  title,
  lead,
  actions,
  trail,
  children,
  width = 1280,
}: {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  /** Where it belongs: label and address, outermost first. */
  trail?: [label: string, to: string][];
  children: ReactNode;
  width?: number | string;
}) {
  useDocumentTitle(`${title} · Causeway`);
  return (
    <Box p={{ base: 'md', sm: 'lg' }} maw={width}>
      {trail && (
        <Breadcrumbs mb={6} fz="xs">
          {trail.map(([label, to]) => (
            <Anchor key={to} component={Link} to={to} size="xs" c="dimmed">
              {label}
            </Anchor>
          ))}
        </Breadcrumbs>
      )}
      <Group justify="space-between" align="flex-start" gap="sm" mb="lg">
        <Stack gap={2} flex="1 1 320px">
          <Title order={1}>{title}</Title>
          {lead && (
            <Text c="dimmed" size="sm" component="div">
              {lead}
            </Text>
          )}
        </Stack>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Box>
  );
}
