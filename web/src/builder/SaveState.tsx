/** Whether the server has what is seen. */
import { IconAlertTriangle, IconCloudCheck, IconCloudOff, IconLoader2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import c from './builder.module.css';
import type { DraftState } from './draft/store';

export function SaveState({ state }: { state: DraftState }) {
  const { t } = useTranslation();
  const { saving } = state;
  const isWrong = saving === 'refused' || saving === 'conflict' || saving === 'away';
  const Icon = isWrong
    ? saving === 'away'
      ? IconCloudOff
      : IconAlertTriangle
    : saving === 'saved'
      ? IconCloudCheck
      : IconLoader2;
  return (
    <span className={c.saving} data-wrong={isWrong || undefined} role="status">
      <Icon size={15} aria-hidden />
      {t(`builder.saving.${saving}`)}
    </span>
  );
}
