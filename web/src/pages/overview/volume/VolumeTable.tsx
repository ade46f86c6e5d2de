import { ScrollArea, Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { formatNumber } from '@/lib/format';
import type { Period } from '../reckon';
import { slotNames } from '../slots';
import type { Slot } from '../types';
import { OUTCOMES } from './outcomes';

/** The chart in figures, the newest first. */
export function VolumeTable({ slots, days }: { slots: Slot[]; days: Period }) {
  const { t } = useTranslation();
  const { whole } = slotNames(days);
  return (
    <ScrollArea.Autosize
      mah={320}
      viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': t('overview.volume.title') }}
    >
      <Table stickyHeader aria-label={t('overview.volume.title')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t(days === 1 ? 'overview.volume.hour' : 'overview.volume.day')}</Table.Th>
            {OUTCOMES.map((outcome) => (
              <Table.Th key={outcome} ta="right">
                {t(`common.runStatus.${outcome}`)}
              </Table.Th>
            ))}
            <Table.Th ta="right">{t('overview.volume.total')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {slots.toReversed().map((slot) => (
            <Table.Tr key={slot.at}>
              <Table.Td>{whole(slot.at)}</Table.Td>
              {OUTCOMES.map((outcome) => (
                <Table.Td key={outcome} ta="right" className="numbers">
                  {formatNumber(slot[outcome])}
                </Table.Td>
              ))}
              <Table.Td ta="right" className="numbers" fw={550}>
                {formatNumber(slot.succeeded + slot.failed + slot.cancelled)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
