/** A published webhook flow, tried with a real call: from here by a button, or from a terminal. */
import { ActionIcon, Anchor, Button, Code, CopyButton, Group, Stack, Text, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy, IconSend } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { http, must } from '@/api/client';
import { Failure } from '@/components/States';
import { STATUS_LOOK, StatusBadge } from '@/components/Status';
import type { Trigger } from '@/flow/types';
import { curlOf, isVerified, type ReadyRequest, readyRequest } from './request';

/** The trigger of the flow's first sample; `null` where it has none. */
export function useFirstSample(slug: string) {
  return useQuery({
    queryKey: ['flow-first-sample', slug],
    queryFn: async () => {
      const path = { slug };
      const { samples } = await must(http.GET('/api/v1/flows/{slug}/samples', { params: { path } }));
      const [first] = samples;
      if (!first) return null;
      const sample = await must(
        http.GET('/api/v1/flows/{slug}/samples/{name}', { params: { path: { slug, name: first.name } } }),
      );
      return sample.trigger;
    },
  });
}

async function send({ method, url, headers, body }: ReadyRequest) {
  const response = await fetch(url, { method, headers, body });
  return {
    status: response.status,
    run: response.headers.get('X-Causeway-Run'),
    body: (await response.text()).slice(0, 4000),
  };
}

export function TryIt({ slug, trigger, onLeave }: { slug: string; trigger: Trigger; onLeave: () => void }) {
  const { t } = useTranslation();
  const sample = useFirstSample(slug);
  const call = useMutation({ mutationFn: send });
  if (!sample.isSuccess) return null;
  const request = readyRequest(trigger, sample.data, location.origin);
  const curl = curlOf(request);
  const signed = isVerified(trigger);
  return (
    <Stack gap="xs">
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" fw={550}>
          {t('flows.try.title')}
        </Text>
        <Copy text={curl} label={t('flows.try.copyCommand')} />
      </Group>
      <Code
        block
        mah={180}
        style={{ overflow: 'auto' }}
        tabIndex={0}
        role="region"
        aria-label={t('flows.try.command')}
      >
        {curl}
      </Code>
      {signed ? (
        <Text size="xs" c="dimmed">
          {t('flows.try.signed')}
        </Text>
      ) : (
        <Group gap="sm">
          <Button
            leftSection={<IconSend size={14} aria-hidden />}
            loading={call.isPending}
            onClick={() => call.mutate(request)}
          >
            {t('flows.try.send')}
          </Button>
          <Text size="xs" c="dimmed" flex={1}>
            {t(sample.data ? 'flows.try.real' : 'flows.try.withoutSample')}
          </Text>
        </Group>
      )}
      {call.isError && <Failure error={call.error} compact />}
      {call.data && (
        <Stack gap={6} role="status">
          <Group gap="xs">
            <StatusBadge
              {...STATUS_LOOK[call.data.status < 400 ? 'succeeded' : 'failed']}
              label={t(call.data.status < 400 ? 'flows.try.answered' : 'flows.try.refused', {
                status: call.data.status,
              })}
            />
            {call.data.run && (
              <Anchor component={Link} to={`/runs/${call.data.run}`} size="sm" onClick={onLeave}>
                {t('flows.try.look')}
              </Anchor>
            )}
          </Group>
          {call.data.body && (
            <Code
              block
              mah={140}
              style={{ overflow: 'auto' }}
              tabIndex={0}
              role="region"
              aria-label={t('flows.try.answer')}
            >
              {call.data.body}
            </Code>
          )}
        </Stack>
      )}
    </Stack>
  );
}

export function Copy({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation();
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? t('common.copied') : label}>
          <ActionIcon onClick={copy} aria-label={label}>
            {copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
