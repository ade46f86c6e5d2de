import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

/** The small button that copies; `label` says what, where more than one stands on a page. */
export function CopyIcon({ value, label }: { value: string; label?: string }) {
  const { t } = useTranslation();
  const name = label ?? t('common.copy');
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? t('common.copied') : name}>
          <ActionIcon onClick={copy} aria-label={name}>
            {copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
