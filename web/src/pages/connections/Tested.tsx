/** What came of trying a connection: plain words, how long it took, and what to do. */
import { Alert, Button, Code, Collapse, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCircleCheckFilled, IconPlugX } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { isAboutConnections } from '@/api/connections';
import { say } from '@/i18n';
import { formatDuration } from '@/lib/format';
import type { EnvironmentName } from './health';

export function useTest(name: string) {
  const client = useQueryClient();
  const test = api.useMutation('post', '/api/v1/connections/{name}/test', {
    // Health stands in the connection and in the lists.
    onSettled: () => client.invalidateQueries({ predicate: isAboutConnections }),
  });
  const run = (environment: EnvironmentName = 'production', of = name) =>
    test.mutateAsync({ params: { path: { name: of }, query: { environment } } }).catch(() => undefined);
  return { ...test, run };
}

export function Tested({ result }: { result: Schemas['TestedConnection'] }) {
  const { t } = useTranslation();
  const [open, { toggle }] = useDisclosure();
  if (result.ok) {
    return (
      <Alert color="teal" variant="light" role="status" icon={<IconCircleCheckFilled size={18} />}>
        <Text size="sm">{t('connections.test.works', { took: formatDuration(result.took_ms) })}</Text>
      </Alert>
    );
  }
  const known = KNOWN.find((one) => one === result.error?.class);
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      icon={<IconPlugX size={18} />}
      title={t('connections.test.fails')}
    >
      <Stack gap="xs">
        <Text size="sm">{say(result.error?.message) || say(result.message)}</Text>
        {known && (
          <Text size="sm">
            <strong>{t('common.whatToDo')}:</strong> {t(`connections.test.advice.${known}`)}
          </Text>
        )}
        <Group gap="xs">
          <Button size="compact-xs" variant="subtle" color="red" onClick={toggle} aria-expanded={open}>
            {t('common.details')}
          </Button>
        </Group>
        <Collapse expanded={open}>
          <Code block>
            {[
              result.error?.code,
              result.error?.class,
              result.error?.status && `HTTP ${result.error.status}`,
              formatDuration(result.took_ms),
            ]
              .filter(Boolean)
              .join(' · ')}
          </Code>
        </Collapse>
      </Stack>
    </Alert>
  );
}

const KNOWN = ['auth', 'connect', 'timeout', 'server', 'limit', 'not_found', 'invalid'] as const;
