/** Which way to go: the cases in order, each with its conditions, and where to go when none holds. */
import { ActionIcon, Button, Group, Paper, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { renamePort } from '@/flow/expressions';
import { replaceStep } from '@/flow/walk';
import { say } from '@/i18n';
import { toPointer } from '@/lib/json';
import { useTools } from '../fields/tools';
import { faultsAt } from '../model/faults';
import { Conditions } from './Conditions';
import { type KindFormProps, useKindFields } from './form';

interface Case {
  port: string;
  when: string;
  [more: string]: unknown;
}

const PORT = /^[a-z0-9_]{1,64}$/;

export function BranchForm(props: KindFormProps) {
  const { t } = useTranslation();
  const { readOnly } = useTools();
  const { value, document, step, onChange, path } = props;
  const { set } = useKindFields(props);
  const cases = (Array.isArray(value.cases) ? value.cases : []) as Case[];
  const otherwise = typeof value.otherwise === 'string' ? value.otherwise : undefined;
  const taken = (port: string, at?: number) =>
    port === otherwise ? at !== -1 : cases.some((one, index) => index !== at && one.port === port);

  /** The steps that follow an exit go on following it. */
  const rename = (from: string, to: string, next: Record<string, unknown>) => {
    if (!step) return;
    const renamed = PORT.test(from) && PORT.test(to) ? renamePort(document, step.id, from, to) : document;
    onChange(
      replaceStep(renamed, step.id, (one) => ({ ...one, with: { ...one.with, ...next } })),
      t('panel.branch.renamed', { port: to }),
      `${step.id} port ${toPointer(path)}`,
    );
  };
  const change = (at: number, next: Case) =>
    set(
      'cases',
      cases.map((one, index) => (index === at ? next : one)),
    );
  const move = (at: number, by: number) => {
    const next = [...cases];
    const [one] = next.splice(at, 1);
    if (one) next.splice(at + by, 0, one);
    set('cases', next);
  };
  const add = () => {
    let number = cases.length + 1;
    while (taken(`case_${number}`)) number++;
    set('cases', [...cases, { port: `case_${number}`, when: '' }]);
  };
  return (
    <Stack gap="md">
      <Text size="xs" c="dimmed">
        {t('panel.branch.lead')}
      </Text>
      {cases.map((one, at) => (
        <Paper
          // biome-ignore lint/suspicious/noArrayIndexKey: a case's name is what one types
          key={at}
          p="sm"
          bg="var(--cw-canvas)"
          role="group"
          aria-label={t('panel.branch.case', { number: at + 1 })}
        >
          <Group justify="space-between" wrap="nowrap" mb="xs" align="flex-start">
            <PortName
              label={t('panel.branch.exit', { number: at + 1 })}
              value={one.port}
              taken={taken(one.port, at)}
              onChange={(port) =>
                rename(one.port, port, {
                  cases: cases.map((other, index) => (index === at ? { ...other, port } : other)),
                })
              }
              pointer={toPointer([...path, 'cases', at, 'port'])}
            />
            {!readOnly && (
              <Group gap={2} wrap="nowrap">
                <Act
                  label={t('panel.branch.up', { number: at + 1 })}
                  disabled={at === 0}
                  onClick={() => move(at, -1)}
                >
                  <IconArrowUp size={14} />
                </Act>
                <Act
                  label={t('panel.branch.down', { number: at + 1 })}
                  disabled={at === cases.length - 1}
                  onClick={() => move(at, 1)}
                >
                  <IconArrowDown size={14} />
                </Act>
                <Act
                  label={t('panel.branch.remove', { number: at + 1 })}
                  disabled={cases.length === 1}
                  onClick={() =>
                    set(
                      'cases',
                      cases.filter((_, index) => index !== at),
                    )
                  }
                >
                  <IconTrash size={14} />
                </Act>
              </Group>
            )}
          </Group>
          <Conditions
            value={one.when ?? ''}
            onChange={(when) => change(at, { ...one, when })}
            path={[...path, 'cases', at, 'when']}
          />
        </Paper>
      ))}
      {!readOnly && (
        <Button
          variant="subtle"
          w="fit-content"
          px={6}
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={add}
        >
          {t('panel.branch.add')}
        </Button>
      )}
      <Paper p="sm" bg="var(--cw-canvas)">
        <PortName
          label={t('panel.branch.otherwise')}
          hint={t('panel.branch.otherwiseLead')}
          value={otherwise ?? ''}
          taken={otherwise !== undefined && taken(otherwise, -1)}
          onChange={(port) =>
            otherwise && port
              ? rename(otherwise, port, { otherwise: port })
              : set('otherwise', port || undefined)
          }
          pointer={toPointer([...path, 'otherwise'])}
        />
      </Paper>
    </Stack>
  );
}

function PortName({
  label,
  hint,
  value,
  taken,
  onChange,
  pointer,
}: {
  label: string;
  hint?: string;
  value: string;
  taken: boolean;
  onChange: (next: string) => void;
  pointer: string;
}) {
  const { t } = useTranslation();
  const { faults, readOnly } = useTools();
  const told = faultsAt(faults, pointer, true)[0];
  const wrong =
    value !== '' && !PORT.test(value) ? t('panel.branch.wrong') : taken ? t('panel.branch.taken') : undefined;
  return (
    <TextInput
      flex={1}
      label={label}
      description={hint}
      value={value}
      // Spaces become what the name may hold; so does a capital.
      onChange={(event) => onChange(event.currentTarget.value.toLowerCase().replaceAll(/[\s-]/g, '_'))}
      error={wrong ?? (told && say(told.message))}
      readOnly={readOnly}
      maw={300}
    />
  );
}

function Act({
  label,
  children,
  ...rest
}: {
  label: string;
  children: React.ReactNode;
  disabled?: boolean;
  onClick: () => void;
}) {
  return (
    <Tooltip label={label}>
      <ActionIcon size="sm" mt={22} aria-label={label} {...rest}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
