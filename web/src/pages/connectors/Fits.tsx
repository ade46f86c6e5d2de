/** Published flows against a version of a connector. */
import { Anchor, List, Table, Text } from '@mantine/core';
import { IconAlertTriangleFilled, IconCircleCheckFilled } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { StatusBadge } from '@/components/Status';
import { say } from '@/i18n';

export function Fits({ fits }: { fits: Schemas['FlowFit'][] }) {
  const { t } = useTranslation();
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('connectors.fits.flow')}</Table.Th>
          <Table.Th>{t('connectors.fits.now')}</Table.Th>
          <Table.Th>{t('connectors.fits.fits')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {fits.map((fit) => (
          <Table.Tr key={fit.flow}>
            <Table.Td>
              <Anchor component={Link} to="/flows/$slug" params={{ slug: fit.flow } as never} size="sm">
                {fit.flow}
              </Anchor>
            </Table.Td>
            <Table.Td className="numbers">{fit.connector_version ?? '–'}</Table.Td>
            <Table.Td>
              <StatusBadge
                color={fit.fits ? 'teal' : 'red'}
                icon={fit.fits ? IconCircleCheckFilled : IconAlertTriangleFilled}
                label={t(fit.fits ? 'connectors.fits.yes' : 'connectors.fits.no')}
              />
              <Faults faults={fit.faults} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

export function Faults({ faults }: { faults: Schemas['Fault'][] }) {
  const { t } = useTranslation();
  if (faults.length === 0) return null;
  return (
    <List size="xs" mt={4}>
      {faults.map((fault) => (
        <List.Item key={`${fault.pointer} ${fault.code}`}>
          {fault.step && (
            <Text span size="xs" fw={550}>
              {t('connectors.fits.step', { step: fault.step })}{' '}
            </Text>
          )}
          {say(fault.message)} {fault.fix && say(fault.fix)}
        </List.Item>
      ))}
    </List>
  );
}
