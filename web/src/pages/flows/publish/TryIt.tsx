/** A published webhook flow, tried with a real call: from here by a button, or from a terminal. */

import { Anchor, Button, Code, Collapse, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconSend, IconTerminal2 } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { http, must } from '@/api/client';
import { CopyIcon } from '@/components/CopyIcon';
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
  const [open, { toggle }] = useDisclosure();
  if (!sample.isSuccess) return null;
  const request = readyRequest(trigger, sample.data, location.origin);
  const curl = curlOf(request);
  const signed = isVerified(trigger);
  return (
    <Stack gap="xs">
      <Text size="sm" fw={550}>
        {t('flows.try.title')}
      </Text>
      {signed ? (
        <Text size="sm" c="dimmed">
          {t('flows.try.signed')}
        </Text>
      ) : (
        <>
          {request.body !== undefined && (
            <Shown label={t('flows.try.sent')} most={150}>
              {request.body}
            </Shown>
          )}
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
        </>
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
          {call.data.body && <Shown label={t('flows.try.answer')}>{call.data.body}</Shown>}
        </Stack>
      )}
      <Group gap={4}>
        <Button
          variant="subtle"
          color="gray"
          size="compact-xs"
          aria-expanded={open}
          leftSection={<IconTerminal2 size={14} aria-hidden />}
          onClick={toggle}
        >
          {t('flows.try.command')}
        </Button>
        <CopyIcon value={curl} label={t('flows.try.copyCommand')} />
      </Group>
      <Collapse expanded={open}>
        <Shown label={t('flows.try.command')} most={180}>
          {curl}
        </Shown>
      </Collapse>
    </Stack>
  );
}

function Shown({ label, most = 140, children }: { label: string; most?: number; children: string }) {
  return (
    <Code block mah={most} style={{ overflow: 'auto' }} tabIndex={0} role="region" aria-label={label}>
      {children}
    </Code>
  );
}
