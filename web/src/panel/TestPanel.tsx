/** The test of a whole draft: what it starts with, what each step did, and how it ended. */
import { Anchor, Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { IconFlask, IconPlayerStop } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RunStatusBadge } from '@/components/Status';
import { type TestPanelProps, TRIGGER } from '@/flow/types';
import { say } from '@/i18n';
import { useChosen } from './data/chosen';
import { PanelFrame } from './PanelFrame';
import { ForReal } from './test/ForReal';
import { Listen } from './test/Listen';
import { Refused } from './test/Refused';
import { Samples } from './test/Samples';
import { StartData } from './test/StartData';
import { ErrorWords } from './test/StepResult';
import { StepResults } from './test/StepResults';
import { useTest } from './test/useTest';

export default function TestPanel({ slug, document, flush, onClose, onSelect }: TestPanelProps) {
  const { t } = useTranslation();
  const chosen = useChosen(slug);
  const test = useTest(slug, flush);
  const [own, setOwn] = useState<unknown>();
  const [forReal, setForReal] = useState(false);
  const [pinned, setPinned] = useState(false);
  const hasGiven = Object.keys(chosen.scope?.steps ?? {}).length > 0;
  const start = () =>
    test.start({
      ...(pinned || !forReal
        ? chosen.given
        : { sample: chosen.given.sample, from_run: chosen.given.from_run }),
      ...(own === undefined ? {} : { trigger: own as never }),
      dry_run: !forReal,
      pinned,
    });
  const { whole } = test;
  return (
    <PanelFrame title={t('panel.test.flow')} onClose={onClose}>
      <StartData document={document} chosen={chosen} own={own} onOwn={setOwn} />
      <Stack gap="sm">
        {hasGiven && (
          <Checkbox
            size="xs"
            label={t('panel.test.pinned')}
            description={t('panel.test.pinnedLead')}
            checked={pinned}
            onChange={(event) => setPinned(event.currentTarget.checked)}
          />
        )}
        <ForReal value={forReal} onChange={setForReal} about={t('panel.test.forRealFlow')} />
        <Group gap="xs">
          <Button
            leftSection={<IconFlask size={15} aria-hidden />}
            loading={test.running}
            disabled={chosen.loading}
            onClick={start}
          >
            {t('panel.test.start')}
          </Button>
          {test.running && test.run && (
            <Button
              variant="default"
              leftSection={<IconPlayerStop size={14} aria-hidden />}
              onClick={test.cancel}
            >
              {t('panel.test.cancel')}
            </Button>
          )}
        </Group>
      </Stack>
      {test.refused !== null && <Refused error={test.refused} document={document} onSelect={onSelect} />}
      {test.run && (
        <Stack gap="sm">
          <Group gap="xs" role="status">
            {test.status && <RunStatusBadge status={test.status} />}
            <Anchor component={Link} to={`/runs/${test.run}` as never} size="xs" ml="auto">
              {t('panel.test.openRun')}
            </Anchor>
          </Group>
          {whole?.reason && <Text size="sm">{say(whole.reason)}</Text>}
          {whole?.failure && !whole.failure.step && <ErrorWords error={whole.failure.error} />}
          <StepResults steps={test.steps} whole={whole} onSelect={onSelect} />
        </Stack>
      )}
      <Listen
        slug={slug}
        document={document}
        flush={flush}
        onHeard={(choice) => {
          setOwn(undefined);
          chosen.choose(choice);
        }}
      />
      <Samples slug={slug} chosen={chosen} />
      <Anchor component="button" type="button" size="xs" ta="left" onClick={() => onSelect(TRIGGER)}>
        {t('panel.test.trigger')}
      </Anchor>
    </PanelFrame>
  );
}
