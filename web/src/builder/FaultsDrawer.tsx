/** All that stands against publishing, and what is better looked at; each leads to its place. */
import { Drawer, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconChevronRight, IconInfoCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Empty } from '@/components/States';
import { type Fault, type Step, TRIGGER } from '@/flow/types';
import { stepById } from '@/flow/walk';
import { say } from '@/i18n';
import type { DraftState } from './draft/store';
import f from './faults.module.css';

interface Props {
  opened: boolean;
  onClose: () => void;
  state: DraftState;
  nameOf: (step: Step) => string;
  onGo: (step: string | null, pointer: string) => void;
}

export function FaultsDrawer({ opened, onClose, state, nameOf, onGo }: Props) {
  const { t } = useTranslation();
  const faults = state.faults ?? [];
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size={460}
      title={t('builder.faults.title')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {faults.length === 0 && <Empty title={t('builder.faults.none')} lead={t('builder.faults.noneLead')} />}
      <Stack gap={8} component="ul" className={f.list}>
        {faults.map((fault) => (
          <li key={`${fault.pointer} ${fault.code} ${fault.line ?? ''}`}>
            <FaultLine fault={fault} state={state} nameOf={nameOf} onGo={onGo} />
          </li>
        ))}
      </Stack>
    </Drawer>
  );
}

function FaultLine({ fault, state, nameOf, onGo }: { fault: Fault } & Omit<Props, 'opened' | 'onClose'>) {
  const { t } = useTranslation();
  const step = fault.step ? stepById(state.history.now, fault.step) : undefined;
  const isTrigger = !fault.step && fault.pointer.startsWith('/trigger');
  const where = step ? nameOf(step) : isTrigger ? t('builder.faults.trigger') : t('builder.faults.flow');
  const isError = fault.severity === 'error';
  const Icon = isError ? IconAlertTriangle : IconInfoCircle;
  const target = fault.step ?? (isTrigger ? TRIGGER : null);
  return (
    <UnstyledButton
      className={f.fault}
      data-error={isError || undefined}
      onClick={() => onGo(target, fault.pointer)}
    >
      <Icon
        size={17}
        className={f.icon}
        aria-label={t(isError ? 'builder.faults.error' : 'builder.faults.warning')}
      />
      <span className={f.words}>
        <Text size="xs" fw={600}>
          {where}
        </Text>
        <Text size="sm">{say(fault.message)}</Text>
        {fault.fix && (
          <Text size="xs" className={f.fix}>
            {say(fault.fix)}
          </Text>
        )}
      </span>
      <IconChevronRight size={16} aria-hidden />
    </UnstyledButton>
  );
}
