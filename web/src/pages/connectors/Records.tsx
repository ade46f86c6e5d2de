/** The kinds of records that can be read and written, and by which operations. */
import { Anchor, Table, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Connector } from '@/api/catalogue';
import { say } from '@/i18n';

const DOES = ['list', 'get', 'create', 'update', 'delete'] as const;

export function Records({ connector }: { connector: Connector }) {
  const { t } = useTranslation();
  const titleOf = (operation: string) =>
    say(connector.operations.find((one) => one.name === operation)?.title) || operation;
  return (
    <Table.ScrollContainer
      minWidth={620}
      type="native"
      tabIndex={0}
      role="region"
      aria-label={t('connectors.tabs.records')}
    >
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('connectors.record')}</Table.Th>
            {DOES.map((what) => (
              <Table.Th key={what}>{t(`connectors.recordDoes.${what}`)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {connector.records?.map((record) => (
            <Table.Tr key={record.name}>
              <Table.Td>
                <Text size="sm" fw={550}>
                  {say(record.title)}
                </Text>
                <Text size="xs" c="dimmed" ff="monospace">
                  {record.name}
                </Text>
              </Table.Td>
              {DOES.map((what) => {
                const operation = record[what];
                return (
                  <Table.Td key={what}>
                    {operation ? (
                      <Anchor
                        component={Link}
                        to="."
                        search={{ tab: 'operations', open: operation } as never}
                        size="sm"
                        aria-label={titleOf(operation)}
                        title={titleOf(operation)}
                      >
                        <IconCheck size={15} aria-hidden />
                      </Anchor>
                    ) : (
                      <Text size="sm" c="dimmed">
                        –
                      </Text>
                    )}
                  </Table.Td>
                );
              })}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
