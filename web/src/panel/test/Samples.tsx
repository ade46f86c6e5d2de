/** The samples of a flow: choose one, keep an event as one, edit, delete. */
import { ActionIcon, Badge, Button, Group, Menu, Stack, Text, Tooltip } from '@mantine/core';
import {
  IconChevronDown,
  IconPencil,
  IconPin,
  IconPinFilled,
  IconPlus,
  IconTrash,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, http, must } from '@/api/client';
import { confirm } from '@/components/confirm';
import { refused, told } from '@/components/notify';
import { Ago } from '@/components/Time';
import { say } from '@/i18n';
import { formatAgo, formatBytes } from '@/lib/format';
import type { Chosen } from '../data/chosen';
import { type Draft, SampleModal } from './SampleModal';

export function Samples({ slug, chosen, readOnly }: { slug: string; chosen: Chosen; readOnly?: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [edited, setEdited] = useState<Draft>();
  const events = api.useQuery('get', '/api/v1/trigger-events', {
    params: { query: { flow: slug, limit: 10 } },
  });
  const remove = async (name: string) => {
    const sure = await confirm({
      title: t('panel.samples.deleteTitle', { name }),
      body: t('panel.samples.deleteBody'),
      action: t('common.delete'),
      danger: true,
    });
    if (!sure) return;
    try {
      await must(http.DELETE('/api/v1/flows/{slug}/samples/{name}', { params: { path: { slug, name } } }));
      if (chosen.sample === name) chosen.choose('none');
      await client.invalidateQueries({ queryKey: ['get', '/api/v1/flows/{slug}/samples'] });
      told(t('panel.samples.deleted', { name }));
    } catch (error) {
      refused(error);
    }
  };
  return (
    <Stack gap="xs" component="section" aria-label={t('panel.samples.title')}>
      <Group justify="space-between">
        <Text size="sm" fw={600}>
          {t('panel.samples.title')}
        </Text>
        {!readOnly && (
          <Menu position="bottom-end" width={300}>
            <Menu.Target>
              <Button
                variant="default"
                leftSection={<IconPlus size={14} aria-hidden />}
                rightSection={<IconChevronDown size={14} aria-hidden />}
              >
                {t('panel.samples.keep')}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {(events.data?.events ?? []).length > 0 && (
                <Menu.Label>{t('panel.samples.fromEvent')}</Menu.Label>
              )}
              {(events.data?.events ?? []).map((event) => (
                <Menu.Item key={event.id} onClick={() => setEdited({ from: event.run, onlyTrigger: false })}>
                  {formatAgo(event.received_at)} · {say(event.title) || t(`common.triggerKind.${event.kind}`)}
                </Menu.Item>
              ))}
              <Menu.Divider />
              <Menu.Item onClick={() => setEdited({ trigger: chosen.scope?.trigger ?? {} })}>
                {t('panel.samples.byHand')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </Group>
      {chosen.samples.length === 0 && (
        <Text size="xs" c="dimmed">
          {t('panel.samples.none')}
        </Text>
      )}
      {chosen.samples.map((sample) => {
        const pinned = chosen.sample === sample.name;
        return (
          <Group key={sample.name} gap="xs" wrap="nowrap">
            <Tooltip label={pinned ? t('panel.samples.pinned') : t('panel.samples.pin')}>
              <ActionIcon
                color={pinned ? 'harbour' : 'gray'}
                aria-pressed={pinned}
                aria-label={t('panel.samples.pinOf', { name: sample.name })}
                onClick={() => chosen.choose(`sample:${sample.name}`)}
              >
                {pinned ? <IconPinFilled size={15} /> : <IconPin size={15} />}
              </ActionIcon>
            </Tooltip>
            <Text size="sm" flex={1} truncate>
              {sample.name}
            </Text>
            {pinned && <Badge>{t('panel.samples.inUse')}</Badge>}
            <Text size="xs" c="dimmed" className="numbers">
              {formatBytes(sample.bytes)}
            </Text>
            <Ago at={sample.updated_at} size="xs" />
            {!readOnly && (
              <Group gap={2} wrap="nowrap">
                <ActionIcon
                  aria-label={t('panel.samples.edit', { name: sample.name })}
                  onClick={() => setEdited({ name: sample.name })}
                >
                  <IconPencil size={15} />
                </ActionIcon>
                <ActionIcon
                  aria-label={t('panel.samples.delete', { name: sample.name })}
                  onClick={() => void remove(sample.name)}
                >
                  <IconTrash size={15} />
                </ActionIcon>
              </Group>
            )}
          </Group>
        );
      })}
      {edited && (
        <SampleModal
          slug={slug}
          draft={edited}
          taken={chosen.samples.map((one) => one.name)}
          onClose={() => setEdited(undefined)}
          onKept={(name) => chosen.choose(`sample:${name}`)}
        />
      )}
    </Stack>
  );
}
