/** An error of a step: in business words, with what helps; the other side's raw answer one click below. */
import { Button, Code, Collapse, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { say } from '@/i18n';
import { useFailureWords } from '../useFailureWords';
import classes from './view.module.css';

export function ErrorWords({ error, use }: { error: Schemas['StepError']; use?: string }) {
  const words = useFailureWords()(error, use);
  return (
    <Stack gap={4} align="flex-start">
      <Text size="sm" fw={550}>
        {words.headline}
      </Text>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {words.detail}
      </Text>
      <RawAnswer error={error} />
    </Stack>
  );
}

export function RawAnswer({ error }: { error: Schemas['StepError'] }) {
  const { t } = useTranslation();
  const [open, { toggle }] = useDisclosure();
  const body = typeof error.body === 'string' ? error.body : JSON.stringify(error.body, null, 2);
  const head = [error.code, error.class, error.status].filter((part) => part != null).join(' · ');
  return (
    <>
      <Button size="compact-xs" variant="subtle" color="gray" onClick={toggle} aria-expanded={open} ml={-6}>
        {t(error.body == null ? 'common.details' : 'common.rawAnswer')}
      </Button>
      <Collapse expanded={open} w="100%">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
        <section className={classes.raw} tabIndex={0} aria-label={t('common.rawAnswer')}>
          <Code block>{[head, say(error.message), body].filter(Boolean).join('\n')}</Code>
        </section>
      </Collapse>
    </>
  );
}
