/** What one step of a test did: what it would have sent, what it gave, or what went wrong in words of the business. */
import {
  Alert,
  Badge,
  Code,
  Collapse,
  Group,
  Paper,
  Stack,
  Table,
  Text,
  UnstyledButton,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAlertTriangle, IconChevronDown, IconChevronRight, IconSend } from '@tabler/icons-react';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { JsonView } from '@/components/JsonView';
import { StepStatusBadge } from '@/components/Status';
import { say } from '@/i18n';
import { formatDuration } from '@/lib/format';
import { WithCode } from '../setup/About';

export type Effect = Schemas['Rehearsed'];
type StepRun = Schemas['StepRun'];

export function StepResult({ step, effect }: { step: StepRun; effect?: Effect }) {
  const { t } = useTranslation();
  const took = tookMs(step);
  const from = step.output_from ?? effect?.output_from;
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <StepStatusBadge status={step.status} />
        {took !== undefined && !effect && (
          <Text size="xs" c="dimmed" className="numbers">
            {formatDuration(took)}
          </Text>
        )}
        {step.port && <Badge color="gray">{t('panel.result.by', { port: step.port })}</Badge>}
        {step.attempts.length > 1 && (
          <Text size="xs" c="dimmed">
            {t('panel.result.attempts', { count: step.attempts.length })}
          </Text>
        )}
      </Group>
      {step.error && <ErrorWords error={step.error} />}
      {effect?.request && <Request request={effect.request} />}
      {effect?.note && (
        <Text size="sm">
          <WithCode text={say(effect.note)} />
        </Text>
      )}
      {from === 'unknown' && !step.error ? (
        <Text size="xs" c="dimmed">
          {t('panel.output.from.unknown')}
        </Text>
      ) : (
        step.output !== undefined &&
        step.output !== null && (
          <Part title={t('panel.tabs.output')} note={from && t(`panel.output.from.${from}`)} open>
            <JsonView value={step.output} height={360} label={t('panel.tabs.output')} />
          </Part>
        )
      )}
      {step.input !== undefined && step.input !== null && !isEmpty(step.input) && (
        <Part title={t('panel.result.input')}>
          <JsonView value={step.input} height={300} label={t('panel.result.input')} />
        </Part>
      )}
    </Stack>
  );
}

const isEmpty = (value: unknown) =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

export function tookMs(step: Pick<StepRun, 'took_us' | 'started_at' | 'finished_at'>): number | undefined {
  if (typeof step.took_us === 'number') return step.took_us / 1000;
  if (!step.started_at || !step.finished_at) return undefined;
  return new Date(step.finished_at).getTime() - new Date(step.started_at).getTime();
}

/** What went wrong, and the raw answer one click below. */
export function ErrorWords({ error }: { error: Schemas['StepError'] }) {
  const { t } = useTranslation();
  const raw = error.body !== undefined && error.body !== null;
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />} role="alert">
      <Stack gap={6}>
        <Text size="sm">{say(error.message)}</Text>
        <Part title={raw ? t('common.rawAnswer') : t('common.details')} plain>
          <Stack gap={6}>
            <Text size="xs">{[error.code, error.class, error.status].filter(Boolean).join(' · ')}</Text>
            {raw && <JsonView value={error.body} height={260} label={t('common.rawAnswer')} />}
          </Stack>
        </Part>
      </Stack>
    </Alert>
  );
}

/** A request as it would have gone out. */
function Request({ request }: { request: Schemas['ShownRequest'] }) {
  const { t } = useTranslation();
  const headers = Object.entries((request.headers ?? {}) as Record<string, unknown>);
  let body: unknown = request.body ?? undefined;
  try {
    if (typeof body === 'string') body = JSON.parse(body);
  } catch {
    // It is text, and is shown as such.
  }
  return (
    <Paper p="sm" bg="var(--cw-canvas)">
      <Group gap={6} mb={6}>
        <IconSend size={14} aria-hidden />
        <Text size="xs" fw={600}>
          {t('panel.result.wouldSend')}
        </Text>
        <Badge color="gray">{t('panel.result.notSent')}</Badge>
      </Group>
      <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {request.method} {request.url}
      </Code>
      {headers.length > 0 && (
        <Part title={t('panel.result.headers', { count: headers.length })}>
          <Table fz="xs" verticalSpacing={3} withRowBorders={false}>
            <Table.Thead className="visually-hidden">
              <Table.Tr>
                <Table.Th>{t('common.name')}</Table.Th>
                <Table.Th>{t('panel.result.value')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {headers.map(([name, value]) => (
                <Table.Tr key={name}>
                  <Table.Td fw={550}>{name}</Table.Td>
                  <Table.Td style={{ overflowWrap: 'anywhere' }}>
                    {Array.isArray(value) ? value.join(', ') : String(value)}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Part>
      )}
      {body !== undefined &&
        (typeof body === 'string' ? (
          <Code block mt={6} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {body}
          </Code>
        ) : (
          <Part title={t('panel.result.body')} open>
            <JsonView value={body} height={300} label={t('panel.result.body')} />
          </Part>
        ))}
      {request.body_cut && (
        <Text size="xs" c="dimmed" mt={4}>
          {t('panel.result.cut')}
        </Text>
      )}
    </Paper>
  );
}

export function Part({
  title,
  note,
  open: begins = false,
  plain,
  children,
}: {
  title: string;
  note?: string;
  open?: boolean;
  plain?: boolean;
  children: ReactNode;
}) {
  const id = useId();
  const [open, { toggle }] = useDisclosure(begins);
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <div>
      <UnstyledButton onClick={toggle} aria-expanded={open} aria-controls={id} py={2}>
        <Group gap={4} wrap="nowrap">
          <Chevron size={14} aria-hidden />
          <Text span size="xs" fw={plain ? 400 : 600}>
            {title}
          </Text>
          {note && (
            <Text span size="xs" c="dimmed" ml={4}>
              {note}
            </Text>
          )}
        </Group>
      </UnstyledButton>
      <Collapse expanded={open} id={id}>
        {open && <div style={{ paddingTop: 4 }}>{children}</div>}
      </Collapse>
    </div>
  );
}
