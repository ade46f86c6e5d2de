/** The flows that name a connection, in their draft or as published, and with which steps. */
import { Anchor, Badge, Group, Table, Text } from '@mantine/core';
import { IconRoute } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { Empty, Failure, LoadingRows } from '@/components/States';

export function useUsage(name: string, enabled = true) {
  return api.useQuery('get', '/api/v1/connections/{name}/usage', { params: { path: { name } } }, { enabled });
}

export function WhereUsed({ name }: { name: string }) {
  const { t } = useTranslation();
  const usage = useUsage(name);
  if (usage.isPending) return <LoadingRows rows={3} />;
  if (usage.isError) return <Failure error={usage.error} onRetry={() => void usage.refetch()} />;
  if (usage.data.flows.length === 0) {
    return (
      <Empty
        icon={<IconRoute size={28} aria-hidden />}
        title={t('connections.used.none')}
        lead={t('connections.used.noneLead')}
      />
    );
  }
  return (
    <>
      <UsedBy flows={usage.data.flows} />
      {usage.data.more && (
        <Text size="sm" c="dimmed" mt="xs">
          {t('connections.used.more')}
        </Text>
      )}
    </>
  );
}

export function UsedBy({ flows }: { flows: Schemas['ConnectionUser'][] }) {
  const { t } = useTranslation();
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('connections.used.flow')}</Table.Th>
          <Table.Th>{t('connections.used.where')}</Table.Th>
          <Table.Th>{t('connections.used.steps')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {flows.map((flow) => (
          <Table.Tr key={flow.slug}>
            <Table.Td>
              <Anchor
                component={Link}
                to="/flows/$slug"
                params={{ slug: flow.slug } as never}
                size="sm"
                fw={550}
              >
                {flow.name}
              </Anchor>
              <Text size="xs" c="dimmed">
                {flow.slug}
              </Text>
            </Table.Td>
            <Table.Td>
              <Group gap={4}>
                {flow.version != null && (
                  <Badge color="teal" miw="max-content">
                    {t('connections.used.version', { version: flow.version })}
                  </Badge>
                )}
                {flow.draft && (
                  <Badge color="gray" miw="max-content">
                    {t('connections.used.draft')}
                  </Badge>
                )}
              </Group>
            </Table.Td>
            <Table.Td>
              {flow.steps.length === 0 ? (
                <Text size="sm">{t('connections.used.trigger')}</Text>
              ) : (
                <Group gap={8}>
                  {flow.steps.map((step) => (
                    <Anchor
                      key={step}
                      component={Link}
                      to="/flows/$slug"
                      params={{ slug: flow.slug } as never}
                      search={{ step } as never}
                      size="sm"
                      ff="monospace"
                    >
                      {step}
                    </Anchor>
                  ))}
                </Group>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
