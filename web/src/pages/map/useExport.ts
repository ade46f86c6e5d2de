import { useTranslation } from 'react-i18next';
import { download } from '@/lib/download';
import { exported } from './model/rows';
import type { SystemMap } from './types';

/** Saves the map as a file for a spreadsheet. */
export function useExport() {
  const { t } = useTranslation();
  return (map: SystemMap, nameOf: (id: string) => string) => {
    const text = exported(map, nameOf, {
      head: [
        t('map.table.from'),
        t('map.table.to'),
        t('map.table.what'),
        t('map.edge.flows'),
        t('map.table.runs'),
        t('map.table.failed'),
        t('map.table.how'),
        t('map.table.note'),
      ],
      byFlow: t('map.byFlow'),
      byHand: t('map.byHand'),
      comma: t('map.comma'),
    });
    const day = new Date().toLocaleDateString('sv');
    download(`${t('map.file')}-${day}.csv`, new Blob([text], { type: 'text/csv;charset=utf-8' }));
  };
}
