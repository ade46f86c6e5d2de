/** Why a run failed, what to do about it, and the one action that helps. */
import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangleFilled } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useStepTitle, useSystemNames } from '@/api/catalogue';
import { useCan } from '@/api/session';
import type { FlowDocument } from '@/flow/types';
import { stepById } from '@/flow/walk';
import { classOf, helpFor, isOwn } from '../failure';
import { AuthoriseAgain, OpenStep } from '../HelpLinks';
import { capital, useFailureWords } from '../useFailureWords';
import { RawAnswer } from './ErrorWords';
import type { RunView } from './merge';
import classes from './view.module.css';

export function FailureBanner({
  view,
  document,
  doubtful,
  open,
  onStep,
  onResume,
}: {
  view: RunView;
  document: FlowDocument | undefined;
  /** The failed call may have happened. */
  doubtful: boolean;
  /** It still waits for a person. */
  open: boolean;
  onStep: (id: string) => void;
  onResume: (how: { edit: boolean; newest: boolean }) => void;
}) {
  const { t } = useTranslation();
  const titleOf = useStepTitle();
  const systemOf = useSystemNames();
  const words = useFailureWords();
  const mayAct = useCan('operator');
  const { failure } = view;
  if (!failure) return null;
  const step = failure.step && document ? stepById(document, failure.step) : undefined;
  const { error } = failure;
  const { headline, detail } = words(error, step?.use);
  const system = systemOf(step?.use) ?? t('runs.failure.system');
  const help = helpFor(error);
  return (
    <section className={classes.banner} aria-label={t('runs.view.failure')}>
      <IconAlertTriangleFilled size={18} aria-hidden />
      <Stack gap={6} align="flex-start" miw={0}>
        <Title order={2} size="h3">
          {headline}
        </Title>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {detail}
        </Text>
        {failure.step && (
          <Text size="sm">
            {t('runs.view.atStep')}{' '}
            <Anchor
              component="button"
              type="button"
              size="sm"
              c="inherit"
              td="underline"
              onClick={() => onStep(failure.step as string)}
            >
              {step ? titleOf(step) : failure.step}
            </Anchor>
          </Text>
        )}
        {open && (
          <Text size="sm">
            <Text span inherit fw={620}>
              {t('common.whatToDo')}
            </Text>
            {' – '}
            {capital(t(`runs.help.${isOwn(error) ? 'own' : classOf(error)}`, { system }))}
          </Text>
        )}
        {open && doubtful && help !== 'look' && (
          <Text size="sm" fw={550}>
            {capital(t('runs.view.doubtful', { system }))}
          </Text>
        )}
        <Group gap="xs">
          {open && mayAct && help === 'edit' && (
            <Button onClick={() => onResume({ edit: true, newest: false })}>
              {t('runs.view.editResume')}
            </Button>
          )}
          {open && mayAct && help === 'resume' && (
            <Button onClick={() => onResume({ edit: false, newest: false })}>{t('runs.view.resume')}</Button>
          )}
          {open && help === 'authorise' && step?.connection && <AuthoriseAgain name={step.connection} />}
          {help === 'builder' && <OpenStep slug={view.slug} step={failure.step} />}
          <RawAnswer error={error} />
        </Group>
      </Stack>
    </section>
  );
}
