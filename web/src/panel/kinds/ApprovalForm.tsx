/** The question, who may answer it, and for how long. */

import { ActionIcon, Button, Group, Select, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useUsers } from '@/api/people';
import { ROLES } from '@/api/session';
import { toPointer } from '@/lib/json';
import { FaultLines } from '../fields/FaultLines';
import { FieldView } from '../fields/FieldView';
import { useTools } from '../fields/tools';
import { faultsAt } from '../model/faults';
import { type KindFormProps, useKindFields } from './form';

const OFFERED = ROLES.filter((role) => role !== 'viewer');

export function ApprovalForm(props: KindFormProps) {
  const { props: of } = useKindFields(props);
  const message = of('message');
  return (
    <Stack gap="md">
      <FieldView {...message} field={{ ...message.field, long: true }} />
      <Approvers {...props} />
      <FieldView {...of('timeout')} />
    </Stack>
  );
}

function Approvers(props: KindFormProps) {
  const { t } = useTranslation();
  const id = useId();
  const { faults, readOnly } = useTools();
  const { set, props: of } = useKindFields(props);
  const users = useUsers();
  const [link, setLink] = useState('');
  const field = of('approvers').field;
  const value = props.value.approvers;
  const approvers = Array.isArray(value) ? (value as unknown[]).map(String) : [];
  const wrong = faultsAt(faults, toPointer([...props.path, 'approvers']), true);
  const words = (one: string) => {
    const [kind, name = ''] = [one.slice(0, one.indexOf(':')), one.slice(one.indexOf(':') + 1)];
    const role = ROLES.find((one) => one === name);
    if (kind === 'role' && role) return t('panel.approval.role', { role: t(`common.role.${role}`) });
    if (kind === 'user') return users.data?.find((user) => user.email === name)?.name ?? name;
    if (kind === 'link') return t('panel.approval.link', { name });
    return one;
  };
  const add = (one: string | null) =>
    one && !approvers.includes(one) && set('approvers', [...approvers, one]);
  const people = users.data?.filter((user) => !user.disabled) ?? [];
  if (typeof value === 'string') return <FieldView {...of('approvers')} />;
  return (
    <div data-field={toPointer([...props.path, 'approvers'])}>
      <Text size="xs" fw={550} id={id}>
        {field.title}
        <Text span c="red" aria-hidden>
          {' *'}
        </Text>
      </Text>
      <Text size="xs" c="dimmed" mb={4}>
        {t('panel.approval.lead')}
      </Text>
      <Stack gap={4} role="list" aria-labelledby={id}>
        {approvers.map((one) => (
          <Group key={one} gap="xs" wrap="nowrap" role="listitem">
            <Text size="sm" flex={1} truncate>
              {words(one)}
            </Text>
            {!readOnly && (
              <Tooltip label={t('panel.list.remove', { item: words(one) })}>
                <ActionIcon
                  size="sm"
                  aria-label={t('panel.list.remove', { item: words(one) })}
                  onClick={() =>
                    set(
                      'approvers',
                      approvers.filter((other) => other !== one),
                    )
                  }
                >
                  <IconTrash size={14} />
                </ActionIcon>
              </Tooltip>
            )}
          </Group>
        ))}
      </Stack>
      <FaultLines faults={wrong} />
      {!readOnly && (
        <Stack gap={6} mt={6}>
          <Select
            aria-label={t('panel.approval.add')}
            placeholder={t('panel.approval.add')}
            value={null}
            onChange={add}
            searchable
            data={[
              {
                group: t('panel.approval.roles'),
                items: OFFERED.map((role) => ({
                  value: `role:${role}`,
                  label: t('panel.approval.role', { role: t(`common.role.${role}`) }),
                })),
              },
              {
                group: t('panel.approval.people'),
                items: people.map((user) => ({
                  value: `user:${user.email}`,
                  label: `${user.name} (${user.email})`,
                })),
              },
            ]}
          />
          <Group gap={6} wrap="nowrap" align="flex-end">
            <TextInput
              flex={1}
              label={t('panel.approval.byLink')}
              description={t('panel.approval.byLinkLead')}
              value={link}
              onChange={(event) => setLink(event.currentTarget.value)}
            />
            <Button
              variant="default"
              disabled={link.trim() === ''}
              onClick={() => {
                add(`link:${link.trim()}`);
                setLink('');
              }}
            >
              {t('common.add')}
            </Button>
          </Group>
        </Stack>
      )}
    </div>
  );
}
