import { ActionIcon, Group, Title } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import classes from '../MapPage.module.css';

/** What is known of the one thing that was chosen, beside the map. */
export function Side({
  title,
  icon,
  onClose,
  children,
}: {
  title: string;
  icon?: ReactNode;
  onClose: () => void;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <aside
      className={classes.side}
      aria-labelledby={id}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <Group justify="space-between" wrap="nowrap" align="flex-start" mb="sm">
        <Group gap="xs" wrap="nowrap" miw={0}>
          {icon}
          <Title id={id} order={2} size="h3" style={{ overflowWrap: 'anywhere' }}>
            {title}
          </Title>
        </Group>
        <ActionIcon aria-label={t('common.close')} onClick={onClose}>
          <IconX size={16} />
        </ActionIcon>
      </Group>
      {children}
    </aside>
  );
}
