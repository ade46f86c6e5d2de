/** A part of the set-up that is opened when it is wanted; whether it is open is kept in the browser. */
import { Badge, Box, Collapse, Group, Text, UnstyledButton } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconAlertTriangleFilled, IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useSearch } from '@tanstack/react-router';
import { type ReactNode, useEffect, useId } from 'react';
import { FaultLines } from '../fields/FaultLines';
import { useTools } from '../fields/tools';
import { faultsAt } from '../model/faults';

export function Section({
  name,
  title,
  summary,
  holds,
  children,
}: {
  name: string;
  title: string;
  /** What is set in it, said while it is shut. */
  summary?: string;
  /** Pointers of what stands in it: it opens where the address asks for one of them. */
  holds: string[];
  children: ReactNode;
}) {
  const id = useId();
  const [open, setOpen] = useLocalStorage({ key: `causeway.panel.${name}`, defaultValue: false });
  const { field } = useSearch({ strict: false }) as { field?: string };
  const { faults } = useTools();
  const wrong = holds.flatMap((one) => faultsAt(faults, one, true));
  const asked = field !== undefined && holds.some((one) => field === one || field.startsWith(`${one}/`));
  useEffect(() => {
    if (asked) setOpen(true);
  }, [asked, setOpen]);
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <Box style={{ borderTop: '1px solid var(--mantine-color-default-border)' }} pt="sm">
      <UnstyledButton w="100%" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        <Group gap={6} wrap="nowrap">
          <Chevron size={15} aria-hidden />
          <Text component="span" size="sm" fw={600}>
            {title}
          </Text>
          {wrong.length > 0 && (
            <Badge color="red" leftSection={<IconAlertTriangleFilled size={11} aria-hidden />}>
              {wrong.length}
            </Badge>
          )}
          {!open && summary && (
            <Text component="span" size="xs" c="dimmed" truncate ml="auto">
              {summary}
            </Text>
          )}
        </Group>
      </UnstyledButton>
      <Collapse expanded={open} id={id}>
        <Box pt="sm">
          {open && (
            <>
              {children}
              <FaultLines faults={wrong} />
            </>
          )}
        </Box>
      </Collapse>
    </Box>
  );
}
