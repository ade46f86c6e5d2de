/** What is wrong with a document: where, what, how to mend it, and the way there. */
import { Group, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconAlertCircle, IconAlertTriangle, IconChevronRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fault, FlowDocument } from '@/flow/types';
import { stepById } from '@/flow/walk';
import { say } from '@/i18n';
import { keysOf } from '@/lib/json';
import { useFieldWords } from '../compare/words';
import classes from './FaultList.module.css';

export type Go = (step: string | null, pointer: string) => void;

export function FaultList({
  faults,
  document,
  onGo,
}: {
  faults: Fault[];
  document: FlowDocument | undefined;
  /** Absent: there is nowhere to go, such as for what was not imported. */
  onGo: Go | undefined;
}) {
  return (
    <Stack gap={4}>
      {faults.map((fault) => (
        <PlaceLine
          key={`${fault.pointer} ${fault.code}`}
          warning={fault.severity === 'warning'}
          where={<Place fault={fault} document={document} />}
          what={say(fault.message)}
          fix={say(fault.fix)}
          onGo={onGo && (() => onGo(placeOf(fault), fault.pointer))}
        />
      ))}
    </Stack>
  );
}

/** The step that a fault is in; the trigger by its own name; `null` is the flow itself. */
const placeOf = (fault: Fault): string | null =>
  fault.step ?? (keysOf(fault.pointer)[0] === 'trigger' ? 'trigger' : null);

/** A pointer's keys inside of the step or trigger that it leads into. */
export function fieldOf(pointer: string): string[] {
  const keys = keysOf(pointer);
  const last = Math.max(keys.lastIndexOf('steps'), keys.lastIndexOf('body'));
  const inside = last >= 0 && /^\d+$/.test(keys[last + 1] ?? '') ? keys.slice(last + 2) : keys;
  const rest = inside[0] === 'trigger' || inside[0] === 'settings' ? inside.slice(1) : inside;
  return rest[0] === 'with' ? rest.slice(1) : rest;
}

function Place({ fault, document }: { fault: Fault; document: FlowDocument | undefined }) {
  const { t } = useTranslation();
  const words = useFieldWords();
  const [first] = keysOf(fault.pointer);
  const step = fault.step ?? undefined;
  const name = step
    ? ((document && stepById(document, step)?.name) ?? step)
    : t(`flows.diff.about.${first === 'trigger' || first === 'settings' ? first : 'flow'}`);
  const field = words(fieldOf(fault.pointer));
  return (
    <>
      {name}
      {field && ` › ${field}`}
    </>
  );
}

export function PlaceLine({
  warning,
  where,
  what,
  fix,
  onGo,
}: {
  warning: boolean;
  where: ReactNode;
  what: string;
  fix?: string;
  onGo: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  const Icon = warning ? IconAlertTriangle : IconAlertCircle;
  const words = (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <Icon
        size={16}
        className={classes.icon}
        data-warning={warning || undefined}
        role="img"
        aria-label={t(warning ? 'flows.publish.warning' : 'flows.publish.fault')}
      />
      <Stack gap={0} flex={1} miw={0}>
        <Text size="sm" fw={550}>
          {where}
        </Text>
        <Text size="sm">{what}</Text>
        {fix && (
          <Text size="xs" c="dimmed">
            {fix}
          </Text>
        )}
      </Stack>
      {onGo && <IconChevronRight size={15} aria-hidden className={classes.go} />}
    </Group>
  );
  return onGo ? (
    <UnstyledButton className={classes.line} onClick={onGo}>
      {words}
    </UnstyledButton>
  ) : (
    <div className={classes.line}>{words}</div>
  );
}
