/** What a page shows when there is nothing, when something went wrong, and while it loads. */
import { Alert, Button, Code, Collapse, Group, List, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '@/api/client';
import { say } from '@/i18n';

/** An empty state is a beginning: say what belongs here, and offer the first step as children. */
export function Empty({
  title,
  lead,
  icon,
  children,
}: {
  title: string;
  lead?: string;
  icon?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <Stack align="center" gap="sm" py={56} px="md" ta="center">
      {icon}
      <Title order={2} size="h3">
        {title}
      </Title>
      {lead && (
        <Text c="dimmed" size="sm" maw={460}>
          {lead}
        </Text>
      )}
      {children && (
        <Group gap="xs" justify="center" mt="xs">
          {children}
        </Group>
      )}
    </Stack>
  );
}

/** A problem as the server tells it: what happened and what to do; its code and the raw parts one click below. */
export function Failure({
  error,
  onRetry,
  compact,
}: {
  error: unknown;
  onRetry?: () => void;
  compact?: boolean;
}) {
  const { t } = useTranslation();
  const [open, { toggle }] = useDisclosure();
  const problem = problemOf(error);
  const faults = problem.faults ?? [];
  return (
    <Alert
      role="alert"
      color="red"
      variant="light"
      icon={<IconAlertTriangle size={18} />}
      title={compact ? undefined : t('common.failed')}
      maw={720}
    >
      <Stack gap="xs">
        <Text size="sm">{say(problem.text) || problem.detail}</Text>
        {faults.length > 0 && (
          <List size="sm">
            {faults.map((fault) => (
              <List.Item key={`${fault.pointer} ${fault.code}`}>
                {say(fault.message)} {fault.fix && say(fault.fix)}
              </List.Item>
            ))}
          </List>
        )}
        <Group gap="xs">
          {onRetry && (
            <Button size="compact-xs" variant="default" onClick={onRetry}>
              {t('common.retry')}
            </Button>
          )}
          {!compact && (
            <Button size="compact-xs" variant="subtle" color="red" onClick={toggle} aria-expanded={open}>
              {t('common.details')}
            </Button>
          )}
        </Group>
        {!compact && (
          <Collapse expanded={open}>
            <Code block>{`${problem.code}${problem.run ? `\nrun ${problem.run}` : ''}`}</Code>
          </Collapse>
        )}
      </Stack>
    </Alert>
  );
}

/** Lines in the shape of a list that is on its way. */
export function LoadingRows({ rows = 6, height = 36 }: { rows?: number; height?: number }) {
  const { t } = useTranslation();
  return (
    <Stack gap={8} aria-busy="true" aria-label={t('common.loading')} role="status">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
        <Skeleton key={row} h={height} radius="sm" />
      ))}
    </Stack>
  );
}
