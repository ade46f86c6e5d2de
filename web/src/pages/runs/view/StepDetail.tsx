/** What stands beside the canvas: all that is known of one step in this run. */
import { Alert, Badge, Group, Stack, Table, Tabs, Text, Title } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useTitles, wordsOf } from '@/api/catalogue';
import type { Schemas } from '@/api/client';
import { usePortName } from '@/builder/canvas/ports';
import { JsonView } from '@/components/JsonView';
import { StepStatusBadge } from '@/components/Status';
import type { FlowDocument, Step } from '@/flow/types';
import { loopsAround } from '@/flow/walk';
import { say } from '@/i18n';
import { formatDuration, formatTime } from '@/lib/format';
import { RunLink } from '../RunLink';
import { ErrorWords } from './ErrorWords';
import { LoopItems } from './LoopItems';
import { type RunView, type StepRun, stepMs } from './merge';

export function StepDetail({
  view,
  document,
  step,
  now,
  lacking,
}: {
  view: RunView;
  document: FlowDocument;
  step: Step;
  now: number;
  lacking: boolean;
}) {
  const { t } = useTranslation();
  const titles = useTitles();
  const portName = usePortName();
  const words = wordsOf(step.use, 'step', titles);
  const inside = view.test?.inside.flatMap(({ steps }) => steps).find((one) => one.id === step.id);
  const run = view.steps.find((one) => one.id === step.id) ?? inside;
  const rehearsed = view.test?.effects.find((effect) => effect.step === step.id);
  // By its parts, since the items are not drawn anew as long as these stay the same.
  const [loop, path] = useMemo(() => {
    const [outer, ...inner] = loopsAround(document, step.id);
    return [outer, step.use === 'for_each' ? [...inner, step] : inner];
  }, [document, step]);
  const took = run && stepMs(run, now);
  return (
    <Stack gap="md">
      <div>
        <Title order={2} size="h3" style={{ overflowWrap: 'anywhere' }}>
          {step.name || words.title || step.id}
        </Title>
        <Text size="xs" c="dimmed">
          {words.both} · <span style={{ fontFamily: 'var(--mantine-font-family-monospace)' }}>{step.id}</span>
        </Text>
      </div>
      {run && (
        <Group gap="xs">
          <StepStatusBadge status={run.status} />
          {run.kept && <Badge color="gray">{t('runs.view.kept')}</Badge>}
          {run.port && <Badge color="gray">{t('runs.view.port', { port: portName(run.port) })}</Badge>}
          {took !== undefined && (
            <Text size="sm" className="numbers">
              {formatDuration(took)}
            </Text>
          )}
        </Group>
      )}
      {run?.wait && <WaitWords run={run} />}
      {run?.error && <ErrorWords error={run.error} use={step.use} />}
      {step.note && <Text size="sm">{step.note}</Text>}
      {rehearsed && <Rehearsal of={rehearsed} />}
      {loop && !inside ? (
        <>
          <Text size="sm" c="dimmed">
            {t('runs.view.inLoop')}
          </Text>
          <LoopItems run={view.id} status={view.status} loop={loop} path={path} within={step.id} />
        </>
      ) : (
        run && <Values run={run} step={step} view={view} lacking={lacking} />
      )}
    </Stack>
  );
}

function Values({ run, step, view, lacking }: { run: StepRun; step: Step; view: RunView; lacking: boolean }) {
  const { t } = useTranslation();
  const isLoop = step.use === 'for_each';
  if (run.status === 'pending' || (run.status === 'skipped' && run.output === undefined)) {
    return (
      <Text size="sm" c="dimmed">
        {t(run.status === 'pending' ? 'runs.view.notReached' : 'runs.view.skipped')}
      </Text>
    );
  }
  const first = isLoop ? 'items' : run.status === 'failed' && run.input !== undefined ? 'input' : 'output';
  return (
    // The tab begins anew with each step: what matters differs.
    <Tabs key={step.id} defaultValue={first} keepMounted={false}>
      <Tabs.List>
        {isLoop && <Tabs.Tab value="items">{t('runs.items.title')}</Tabs.Tab>}
        <Tabs.Tab value="input">{t('runs.view.input')}</Tabs.Tab>
        <Tabs.Tab value="output">{t('runs.view.output')}</Tabs.Tab>
        {run.attempts.length > 0 && (
          <Tabs.Tab value="attempts">
            {t('runs.view.attempts')} <span className="numbers">{run.attempts.length}</span>
          </Tabs.Tab>
        )}
      </Tabs.List>
      {isLoop && (
        <Tabs.Panel value="items" pt="sm">
          <LoopItems run={view.id} status={view.status} loop={step} />
        </Tabs.Panel>
      )}
      <Tabs.Panel value="input" pt="sm">
        <JsonView value={run.input ?? undefined} label={t('runs.view.input')} />
        {run.input === undefined && <Hint lacking={lacking} code={step.use === 'script'} />}
      </Tabs.Panel>
      <Tabs.Panel value="output" pt="sm">
        <JsonView value={run.output ?? undefined} label={t('runs.view.output')} />
        {run.output === undefined && lacking && <Hint lacking />}
      </Tabs.Panel>
      <Tabs.Panel value="attempts" pt="sm">
        <Attempts run={run} use={step.use} />
      </Tabs.Panel>
    </Tabs>
  );
}

/** What a dry run would have sent. */
function Rehearsal({ of }: { of: Schemas['Rehearsed'] }) {
  const { t } = useTranslation();
  return (
    <Alert color="gray" title={t('runs.view.rehearsed')}>
      {of.note && <Text size="sm">{say(of.note)}</Text>}
      <JsonView value={of.request ?? of.input} height={260} label={t('runs.view.rehearsed')} />
    </Alert>
  );
}

function Hint({ lacking, code }: { lacking: boolean; code?: boolean }) {
  const { t } = useTranslation();
  if (!lacking && !code) return null;
  return (
    <Text size="xs" c="dimmed" mt="xs">
      {t(lacking ? 'runs.view.onItsWay' : 'runs.view.scriptInput')}
    </Text>
  );
}

function WaitWords({ run }: { run: StepRun }) {
  const { t } = useTranslation();
  const { wait } = run;
  if (!wait) return null;
  return (
    <Text size="sm">
      {t(`runs.view.wait.${wait.kind}`)}
      {wait.until && ` ${t('runs.view.wait.until', { time: formatTime(wait.until) })}`}
      {wait.run && (
        <>
          {' '}
          <RunLink run={wait.run} />
        </>
      )}
    </Text>
  );
}

function Attempts({ run, use }: { run: StepRun; use: string }) {
  const { t } = useTranslation();
  return (
    <Table aria-label={t('runs.view.attempts')} highlightOnHover={false}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={40}>{t('runs.view.attemptNumber')}</Table.Th>
          <Table.Th>{t('runs.view.attemptEnd')}</Table.Th>
          <Table.Th ta="right" w={90}>
            {t('runs.list.took')}
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {run.attempts.map((attempt) => {
          const ended = attempt.finished_at && new Date(attempt.finished_at).getTime();
          return (
            <Table.Tr key={attempt.attempt} style={{ verticalAlign: 'top' }}>
              <Table.Td className="numbers">{attempt.attempt}</Table.Td>
              <Table.Td>
                <Text size="xs" c="dimmed" className="numbers">
                  {formatTime(attempt.started_at)}
                </Text>
                {attempt.error ? (
                  <ErrorWords error={attempt.error} use={use} />
                ) : (
                  <Text size="sm">
                    {t(ended ? 'common.stepStatus.succeeded' : 'common.stepStatus.running')}
                  </Text>
                )}
              </Table.Td>
              <Table.Td ta="right" className="numbers">
                {ended ? formatDuration(ended - new Date(attempt.started_at).getTime()) : '–'}
              </Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}
