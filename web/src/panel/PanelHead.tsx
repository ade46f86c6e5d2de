/** What is set up here: its name, what it does, and the way out. */
import { ActionIcon, Box, Group, Text, TextInput, Tooltip } from '@mantine/core';
import { IconArrowsMaximize, IconArrowsMinimize, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ConnectorIcon } from '@/components/ConnectorIcon';
import { type StepPanelProps, TRIGGER } from '@/flow/types';
import { replaceStep, stepById } from '@/flow/walk';
import { say } from '@/i18n';
import { useStepKind, useTriggerKind } from './data/kind';
import { KindIcon } from './KindIcon';
import classes from './StepPanel.module.css';

export function PanelHead({
  document,
  selected,
  onSelect,
  onChange,
  readOnly,
  wide,
  onWide,
}: StepPanelProps & { wide: boolean; onWide: (wide: boolean) => void }) {
  const { t } = useTranslation();
  const isTrigger = selected === TRIGGER;
  const step = stepById(document, selected);
  const use = isTrigger ? document.trigger.use : (step?.use ?? '');
  const stepKind = useStepKind(isTrigger ? 'script' : use);
  const triggerKind = useTriggerKind(isTrigger ? use : 'manual');
  const kind = isTrigger ? triggerKind : stepKind;
  const title = kind ? say(kind.title) : use;
  const rename = (name: string) =>
    onChange(
      replaceStep(document, selected, ({ name: _, ...rest }) => (name === '' ? rest : { ...rest, name })),
      t('panel.did.rename', { step: step?.name ?? title }),
      `name ${selected}`,
    );
  return (
    <Box className={classes.head}>
      <Group gap="sm" wrap="nowrap" align="flex-start">
        {kind?.connector ? (
          <ConnectorIcon name={kind.connector} size={30} />
        ) : (
          <KindIcon use={use} of={isTrigger ? 'trigger' : 'step'} size={30} />
        )}
        <Box flex={1} miw={0}>
          {isTrigger ? (
            <Text component="h2" fw={620} fz="md" lh="26px" truncate>
              {title}
            </Text>
          ) : (
            <TextInput
              variant="unstyled"
              className={classes.name}
              aria-label={t('panel.head.name')}
              placeholder={title}
              value={step?.name ?? ''}
              maxLength={200}
              readOnly={readOnly}
              onChange={(event) => rename(event.currentTarget.value)}
            />
          )}
          <Text size="xs" c="dimmed" truncate>
            {isTrigger
              ? [t('panel.head.triggerName'), kind?.system && say(kind.system)].filter(Boolean).join(' · ')
              : [kind?.system && say(kind.system), title].filter(Boolean).join(' · ')}
          </Text>
        </Box>
        <Group gap={2} wrap="nowrap">
          <Tooltip label={wide ? t('panel.head.shrink') : t('panel.head.expand')}>
            <ActionIcon
              aria-label={wide ? t('panel.head.shrink') : t('panel.head.expand')}
              onClick={() => onWide(!wide)}
            >
              {wide ? <IconArrowsMinimize size={16} /> : <IconArrowsMaximize size={16} />}
            </ActionIcon>
          </Tooltip>
          <Tooltip label={t('panel.head.close')}>
            <ActionIcon
              aria-label={t('panel.head.close')}
              onClick={() => {
                onWide(false);
                onSelect(null);
              }}
            >
              <IconX size={16} />
            </ActionIcon>
          </Tooltip>
        </Group>
      </Group>
    </Box>
  );
}
