/** Takes the next real call of the flow into the editor, at the one address that it has. */
import { Button, Group, Loader, Paper, Progress, Stack, Text } from '@mantine/core';
import { useInterval } from '@mantine/hooks';
import { IconEar, IconPlayerStop } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, http, must } from '@/api/client';
import { useListChanges } from '@/api/live';
import { CopyField } from '@/components/CopyField';
import { told } from '@/components/notify';
import { Failure } from '@/components/States';
import type { FlowDocument } from '@/flow/types';
import { hear, type Listening, listen, Missing, stopListening } from '../data/pending';

const SECONDS = 120;

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
  const [on, setOn] = useState<Listening & { by: 'server' | 'events' }>();
  const [problem, setProblem] = useState<unknown>();
  const [starting, setStarting] = useState(false);
  const stopped = useRef<AbortController>(null);
  const { use } = document.trigger;
  const flow = api.useQuery('get', '/api/v1/flows/{slug}', { params: { path: { slug } } });
  const isWebhook = use === 'webhook';
  const isConnector = use.includes('.');

  const stop = useCallback(() => {
    stopped.current?.abort();
    stopped.current = null;
    setOn((now) => {
      if (now?.by === 'server') void stopListening(slug).catch(() => undefined);
      return undefined;
    });
  }, [slug]);
  useEffect(() => stop, [stop]);

  /** Keeps what came as a sample, so that it is there tomorrow too. */
  const keep = async (trigger: unknown) => {
    const name = `heard-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}`;
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
    setStarting(true);
    setProblem(undefined);
    const control = new AbortController();
    stopped.current = control;
    try {
      await flush();
      const begun = await listen(slug, SECONDS);
      setOn({ ...begun, by: 'server' });
      setStarting(false);
      const until = new Date(begun.expires_at).getTime();
      while (!control.signal.aborted && Date.now() < until) {
        const answer = await hear(slug, 20, control.signal);
        if (control.signal.aborted) return;
        if (answer.trigger !== undefined && answer.trigger !== null) {
          await keep(answer.trigger);
          break;
        }
        if (!answer.listening) break;
      }
      if (!control.signal.aborted) setOn(undefined);
    } catch (error) {
      if (control.signal.aborted) return;
      // Without an ear of its own, the server's next event of the published flow will do.
      if (error instanceof Missing && flow.data?.published) {
        const expires_at = new Date(Date.now() + SECONDS * 1000).toISOString();
        setOn({ id: '', expires_at, path: String(document.trigger.with?.path ?? ''), by: 'events' });
      } else setProblem(error);
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
      (change) => void (on?.by === 'events' && change.kind === 'runs' && takeEvent()),
      [on, takeEvent],
    ),
  );

  if (!isWebhook && !isConnector) return null;
  return (
    <Stack gap="xs">
      {!on && (
        <Group gap="xs">
          <Button
            variant="default"
            leftSection={<IconEar size={15} aria-hidden />}
            loading={starting}
            onClick={() => void start()}
          >
            {t('panel.listen.start')}
          </Button>
          <Text size="xs" c="dimmed" flex={1}>
            {isWebhook ? t('panel.listen.lead') : t('panel.listen.leadConnector')}
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
  const url = on.url ?? `${window.location.origin}/hooks/${on.path.replace(/^\/?(hooks\/)?/, '')}`;
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
        {(isWebhook || on.url) && <CopyField label={t('panel.webhook.address')} value={url} />}
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
