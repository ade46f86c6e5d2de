/** Takes the next real call of the flow into the editor, at the one address that it has. */

import { Button, Group, Loader, Paper, Progress, Stack, Text } from '@mantine/core';
import { useInterval } from '@mantine/hooks';
import { IconEar, IconPlayerStop } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { http, must, type Schemas } from '@/api/client';
import { useFlow } from '@/api/flows';
import { useListChanges } from '@/api/live';
import { CopyField } from '@/components/CopyField';
import { told } from '@/components/notify';
import { Failure } from '@/components/States';
import type { FlowDocument } from '@/flow/types';
import { connectorOf } from '@/flow/use';

const SECONDS = 120;
/** One question waits so long; then it is asked again. */
const WAIT = 20;

/** Until when is listened, and at which address; a connected system knows its own. */
type Listening = Pick<Schemas['StartedListening'], 'expires_at'> & { address?: string };
const at = (slug: string) => ({ path: { slug } });

export function Listen({
  slug,
  document,
  flush,
  onHeard,
}: {
  slug: string;
  document: FlowDocument;
  flush: () => Promise<void>;
  /** With the choice that the event is now. */
  onHeard: (choice: string) => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [on, setOn] = useState<Listening>();
  const [problem, setProblem] = useState<unknown>();
  const [starting, setStarting] = useState(false);
  const stopped = useRef<AbortController>(null);
  const { use } = document.trigger;
  const flow = useFlow(slug);
  const isWebhook = use === 'webhook';
  const isConnector = connectorOf(use) !== undefined;

  const stop = useCallback(() => {
    const control = stopped.current;
    stopped.current = null;
    control?.abort();
    setOn(undefined);
    if (control) void http.DELETE('/api/v1/flows/{slug}/listen', { params: at(slug) });
  }, [slug]);
  useEffect(() => stop, [stop]);

  /** Keeps what came as a sample, so that it is there tomorrow too. */
  const keep = async (trigger: unknown) => {
    const name = `heard-${new Date().toISOString().slice(0, 19).replaceAll(/[:T]/g, '-')}`;
    await must(
      http.PUT('/api/v1/flows/{slug}/samples/{name}', {
        params: { path: { slug, name } },
        body: { trigger: trigger as never, description: t('panel.listen.keptAs') },
      }),
    );
    await client.invalidateQueries({ queryKey: ['get', '/api/v1/flows/{slug}/samples'] });
    told(t('panel.listen.heard'));
    onHeard(`sample:${name}`);
  };

  const start = async () => {
    setProblem(undefined);
    if (!isWebhook) {
      // The events of a connected system come to the published flow; its next one is taken.
      return setOn({ expires_at: new Date(Date.now() + SECONDS * 1000).toISOString() });
    }
    setStarting(true);
    const control = new AbortController();
    stopped.current = control;
    const { signal } = control;
    try {
      await flush();
      const begun = await must(
        http.POST('/api/v1/flows/{slug}/listen', { params: at(slug), body: { seconds: SECONDS } }),
      );
      setOn({ ...begun, address: begun.url ?? `${window.location.origin}${begun.path}` });
      setStarting(false);
      while (!signal.aborted) {
        const params = { ...at(slug), query: { wait: WAIT } };
        const heard = await must(http.GET('/api/v1/flows/{slug}/listen', { params, signal }));
        if (signal.aborted) return;
        if (heard.trigger !== undefined && heard.trigger !== null) await keep(heard.trigger);
        else if (heard.listening) continue;
        return stop();
      }
    } catch (error) {
      if (signal.aborted) return;
      setProblem(error);
      setOn(undefined);
    } finally {
      setStarting(false);
    }
  };

  const takeEvent = useCallback(async () => {
    const list = await must(
      http.GET('/api/v1/trigger-events', { params: { query: { flow: slug, limit: 1 } as never } }),
    ).catch(() => undefined);
    const newest = list?.events[0];
    const begun = on && new Date(on.expires_at).getTime() - SECONDS * 1000;
    if (!newest || !begun || new Date(newest.received_at).getTime() < begun) return;
    setOn(undefined);
    told(t('panel.listen.heard'));
    onHeard(`run:${newest.run}`);
  }, [slug, on, onHeard, t]);
  useListChanges(
    useCallback(
      (change) => void (on && !isWebhook && change.kind === 'runs' && takeEvent()),
      [on, isWebhook, takeEvent],
    ),
  );

  if (!isWebhook && !isConnector) return null;
  const notYet = isConnector && flow.data !== undefined && !flow.data.published;
  return (
    <Stack gap="xs">
      {!on && (
        <Group gap="xs">
          <Button
            variant="default"
            leftSection={<IconEar size={15} aria-hidden />}
            loading={starting}
            disabled={notYet}
            onClick={() => void start()}
          >
            {t('panel.listen.start')}
          </Button>
          <Text size="xs" c="dimmed" flex={1}>
            {isWebhook
              ? t('panel.listen.lead')
              : notYet
                ? t('panel.listen.notYet')
                : t('panel.listen.leadConnector')}
          </Text>
        </Group>
      )}
      {problem !== undefined && <Failure error={problem} compact />}
      {on && <Waiting on={on} isWebhook={isWebhook} onStop={stop} onOver={stop} />}
    </Stack>
  );
}

function Waiting({
  on,
  isWebhook,
  onStop,
  onOver,
}: {
  on: Listening;
  isWebhook: boolean;
  onStop: () => void;
  onOver: () => void;
}) {
  const { t } = useTranslation();
  const end = new Date(on.expires_at).getTime();
  const [left, setLeft] = useState(() => Math.ceil((end - Date.now()) / 1000));
  useInterval(() => setLeft(Math.ceil((end - Date.now()) / 1000)), 500, { autoInvoke: true });
  useEffect(() => {
    if (left <= 0) onOver();
  }, [left, onOver]);
  return (
    <Paper p="sm" bg="var(--cw-canvas)">
      <Stack gap="xs">
        <Group justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap" role="status">
            <Loader size="xs" />
            <Text size="sm">
              {isWebhook ? t('panel.listen.waiting') : t('panel.listen.waitingConnector')}
            </Text>
          </Group>
          <Button variant="default" leftSection={<IconPlayerStop size={14} aria-hidden />} onClick={onStop}>
            {t('panel.listen.stop')}
          </Button>
        </Group>
        {on.address && <CopyField label={t('panel.webhook.address')} value={on.address} />}
        <Group gap="xs" wrap="nowrap">
          <Progress
            flex={1}
            value={Math.max(0, (left / SECONDS) * 100)}
            size="xs"
            aria-label={t('panel.listen.left')}
          />
          <Text size="xs" c="dimmed" className="numbers">
            {t('panel.listen.seconds', { count: Math.max(0, left) })}
          </Text>
        </Group>
      </Stack>
    </Paper>
  );
}
