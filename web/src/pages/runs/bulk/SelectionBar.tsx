/** What can be done with the selected runs; stays in view while one scrolls. */
import { ActionIcon, Button, Group, Paper, Text, Tooltip } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ACTIONS, type Action } from './targets';

export function SelectionBar({
  count,
  all,
  offered,
  onAct,
  onAll,
  onClear,
}: {
  count: number;
  /** All that fit the filter, however many. */
  all: boolean;
  offered: (action: Action) => boolean;
  onAct: (action: Action) => void;
  /** Absent where there are no more than those in view. */
  onAll?: () => void;
  onClear: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Paper
      component="section"
      aria-label={t('runs.bulk.bar')}
      shadow="md"
      p="xs"
      pos="sticky"
      bottom={12}
      mt="md"
      style={{ zIndex: 5 }}
    >
      <Group gap="xs">
        <Tooltip label={t('runs.bulk.clear')}>
          <ActionIcon onClick={onClear} aria-label={t('runs.bulk.clear')}>
            <IconX size={16} />
          </ActionIcon>
        </Tooltip>
        <Text size="sm" fw={550} role="status">
          {all ? t('runs.bulk.all') : t('runs.bulk.selected', { count })}
        </Text>
        {onAll && !all && (
          <Button variant="subtle" onClick={onAll}>
            {t('runs.bulk.selectAll')}
          </Button>
        )}
        <Group gap="xs" ml="auto">
          {ACTIONS.filter(offered).map((action) => (
            <Button key={action} variant="default" onClick={() => onAct(action)}>
              {t(`runs.bulk.action.${action}`)}
            </Button>
          ))}
        </Group>
      </Group>
    </Paper>
  );
}
