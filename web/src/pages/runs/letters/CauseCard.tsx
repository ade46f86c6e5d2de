/** One cause of dead letters: what is wrong, how often, and what can be done for all of them at once. */
import { Badge, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useStepTitle, useSystemNames } from '@/api/catalogue';
import { useCan } from '@/api/session';
import { Ago } from '@/components/Time';
import type { Step } from '@/flow/types';
import { formatNumber } from '@/lib/format';
import type { Action } from '../bulk/targets';
import { classOf, helpFor, isOwn } from '../failure';
import { AuthoriseAgain, OpenStep } from '../HelpLinks';
import { RunCards } from '../list/RunCards';
import { type RunListProps, RunTable } from '../list/RunTable';
import { Disclosed } from '../timeline/Disclosed';
import { capital, useFailureWords } from '../useFailureWords';
import type { Cause } from './causes';

/** A call takes at most so many. */
const MOST = 1000;

export function CauseCard({
  cause,
  list,
  step,
  phone,
  onAct,
}: {
  cause: Cause;
  list: Pick<RunListProps, 'now' | 'nameOf' | 'stepOf' | 'noteOf'>;
  step: Step | undefined;
  phone: boolean;
  onAct: (action: Action, ids: string[]) => void;
}) {
  const { t } = useTranslation();
  const mayAct = useCan('operator');
  const titleOf = useStepTitle();
  const systemOf = useSystemNames();
  const words = useFailureWords();
  const error = cause.newest.failure?.error;
  const told = error && words(error, step?.use);
  const system = systemOf(step?.use) ?? t('runs.failure.system');
  const count = cause.letters.length;
  const ids = cause.letters.slice(0, MOST).map((letter) => letter.id);
  const where = [list.nameOf(cause.slug), step ? titleOf(step) : cause.step].filter(Boolean).join(' › ');
  const help = error && helpFor(error);
  const Shown = phone ? RunCards : RunTable;
  return (
    <Paper component="section" p="md" aria-label={[told?.headline ?? cause.code, where].join(', ')}>
      <Group align="flex-start" wrap="nowrap" gap="md">
        <Text fz="xl" fw={620} className="numbers" miw={36} ta="right" aria-hidden>
          {formatNumber(count)}
        </Text>
        <Stack gap={4} flex={1} miw={0}>
          <Title order={2} size="h3">
            {told?.headline ?? cause.code}
            <span className="visually-hidden"> {t('runs.letters.count', { count })}</span>
          </Title>
          <Text size="sm" fw={550}>
            {where}
          </Text>
          <Text size="sm" c="dimmed" lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
            {told?.detail}
          </Text>
          {error && (
            <Text size="sm">
              <Text span inherit fw={620}>
                {t('common.whatToDo')}
              </Text>
              {' – '}
              {capital(t(`runs.help.${isOwn(error) ? 'own' : classOf(error)}`, { system }))}
            </Text>
          )}
          <Group gap="xs">
            <Text size="xs" c="dimmed">
              {t('runs.letters.latest')} <Ago at={cause.newest.created_at} size="xs" />
              {count > 1 && (
                <>
                  {' · '}
                  {t('runs.letters.first')} <Ago at={cause.oldest.created_at} size="xs" />
                </>
              )}
            </Text>
            {cause.doubtful > 0 && (
              <Badge color="orange" leftSection={<IconAlertTriangle size={12} aria-hidden />}>
                {t('runs.letters.doubtful', { count: cause.doubtful })}
              </Badge>
            )}
          </Group>
          {mayAct && (
            <Group gap="xs" mt={6}>
              {help === 'edit' && count === 1 && (
                <Button
                  renderRoot={(props) => (
                    <Link {...props} to="/runs/$run" params={{ run: cause.newest.id }} />
                  )}
                >
                  {t('runs.letters.correct')}
                </Button>
              )}
              {help === 'builder' && cause.step && <OpenStep slug={cause.slug} step={cause.step} />}
              <Button variant={help === 'resume' ? 'filled' : 'default'} onClick={() => onAct('resume', ids)}>
                {t('runs.letters.resume', { count })}
              </Button>
              <Button variant="default" onClick={() => onAct('replay', ids)}>
                {t('runs.letters.replay', { count })}
              </Button>
              <Button variant="default" onClick={() => onAct('dismiss', ids)}>
                {t('runs.letters.dismiss', { count })}
              </Button>
              {help === 'authorise' && step?.connection && (
                <AuthoriseAgain name={step.connection} variant="default" />
              )}
            </Group>
          )}
          <Disclosed label={t('runs.letters.each', { count })}>
            <Shown runs={cause.letters.slice(0, MOST)} {...list} />
          </Disclosed>
        </Stack>
      </Group>
    </Paper>
  );
}
