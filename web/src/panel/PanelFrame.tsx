/** What stands beside the canvas and is about the whole flow: its title, the way out, and a part that scrolls. */
import { ActionIcon, Box, Group, ScrollArea, Stack, Text, Tooltip } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { ReactNode, Ref } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './StepPanel.module.css';

export function PanelFrame({
  title,
  ref,
  onClose,
  children,
}: {
  title: string;
  ref?: Ref<HTMLDivElement>;
  onClose: () => void;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <Box ref={ref} className={classes.panel}>
      <Group className={classes.head} justify="space-between" wrap="nowrap">
        <Text component="h2" fw={620} fz="md" truncate>
          {title}
        </Text>
        <Tooltip label={t('panel.head.close')}>
          <ActionIcon aria-label={t('panel.head.close')} onClick={onClose}>
            <IconX size={16} />
          </ActionIcon>
        </Tooltip>
      </Group>
      <ScrollArea
        className={classes.part}
        viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': title }}
      >
        <Stack p="md" gap="lg">
          {children}
        </Stack>
      </ScrollArea>
    </Box>
  );
}
