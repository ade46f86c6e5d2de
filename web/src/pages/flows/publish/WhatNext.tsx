/** After publishing: how the flow starts from now on, and where to see it run. */
import { Alert, Button, Code, Group, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, http, must, type Schemas } from '@/api/client';
import { CopyIcon } from '@/components/CopyIcon';
import { refused, told } from '@/components/notify';
import type { FlowDocument } from '@/flow/types';
import { say } from '@/i18n';
import { formatAgo, formatTime } from '@/lib/format';
import { kindOf, useSystemTrigger } from '../list/triggers';
import { FaultList, type Go } from './FaultList';
import { TryIt, useFirstSample } from './TryIt';

export function WhatNext({
  slug,
  document,
  published,
  onClose,
  onGo,
}: {
  slug: string;
  document: FlowDocument;
  published: Schemas['Published'];
  onClose: () => void;
  onGo: Go;
}) {
  const { t } = useTranslation();
  const warnings = published.warnings;
  return (
    <Stack gap="md">
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <ThemeIcon color="teal" variant="light" size={34} radius="xl" aria-hidden>
          <IconCheck size={19} />
        </ThemeIcon>
        <div>
          <Title order={3}>{t('flows.published.title', { version: published.version })}</Title>
          <Text size="sm" c="dimmed">
            {t(published.flow.enabled ? 'flows.published.on' : 'flows.published.off')}
          </Text>
        </div>
      </Group>
      {warnings.length > 0 && <FaultList faults={warnings} document={document} onGo={onGo} />}
      <HowItStarts slug={slug} document={document} onClose={onClose} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" component={Link} to={`/runs?flow=${slug}`} onClick={onClose}>
          {t('flows.published.runs')}
        </Button>
        <Button onClick={onClose}>{t('common.done')}</Button>
      </Group>
    </Stack>
  );
}

function HowItStarts({
  slug,
  document,
  onClose,
}: {
  slug: string;
  document: FlowDocument;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { trigger } = document;
  const kind = kindOf(trigger.use);
  const system = useSystemTrigger(trigger.use);
  if (kind === 'webhook') {
    const url = `${location.origin}/hooks/${(trigger.with as { path?: string } | undefined)?.path ?? ''}`;
    return (
      <>
        <Stack gap={4}>
          <Text size="sm">{t('flows.published.webhook')}</Text>
          <Group gap="xs" wrap="nowrap">
            <Code flex={1} style={{ overflowWrap: 'anywhere' }} p={6}>
              {url}
            </Code>
            <CopyIcon value={url} label={t('flows.published.copyUrl')} />
          </Group>
        </Stack>
        <TryIt slug={slug} trigger={trigger} onLeave={onClose} />
      </>
    );
  }
  if (kind === 'schedule') return <NextTime slug={slug} />;
  if (kind === 'manual') return <StartNow slug={slug} />;
  return (
    <Text size="sm">
      {kind === 'connector'
        ? t('flows.published.connector', { system: system?.system, event: system?.event })
        : t(`flows.published.${kind as 'called' | 'flow_failed'}`)}
    </Text>
  );
}

function NextTime({ slug }: { slug: string }) {
  const { t } = useTranslation();
  const schedules = api.useQuery('get', '/api/v1/schedules', { params: { query: { limit: 200 } } });
  const schedule = schedules.data?.schedules.find((one) => one.slug === slug);
  if (!schedule) return null;
  return (
    <Alert color="gray" title={say(schedule.sentence)}>
      {schedule.next_at && (
        <Text size="sm">
          {t('flows.published.nextTime', {
            at: formatTime(schedule.next_at),
            ago: formatAgo(schedule.next_at),
          })}
        </Text>
      )}
    </Alert>
  );
}

function StartNow({ slug }: { slug: string }) {
  const { t } = useTranslation();
  const sample = useFirstSample(slug);
  const start = async () => {
    try {
      const input = (sample.data as { input?: unknown } | null | undefined)?.input;
      await must(
        http.POST('/api/v1/flows/{slug}/runs', { params: { path: { slug } }, body: { input: input ?? {} } }),
      );
      told(t('flows.published.started'));
    } catch (error) {
      refused(error);
    }
  };
  return (
    <Group gap="sm">
      <Button variant="default" onClick={() => void start()}>
        {t('flows.published.start')}
      </Button>
      <Text size="sm" c="dimmed" flex={1}>
        {t('flows.published.manual')}
      </Text>
    </Group>
  );
}
