/** Tries the step, or the flow up to it; shows the last result, or what the chosen run gave. */
import { Button, Group, Menu, Stack, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconChevronDown, IconFlask, IconPlayerStop } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '@/api/client';
import { JsonView } from '@/components/JsonView';
import { Empty, LoadingRows } from '@/components/States';
import type { StepPanelProps } from '@/flow/types';
import { say } from '@/i18n';
import { type Chosen, keepTried } from '../data/chosen';
import { useStepKind } from '../data/kind';
import { ForReal } from './ForReal';
import { Refused } from './Refused';
import { StepResult } from './StepResult';
import { useTest } from './useTest';

/** It needs what earlier steps give, and nothing is known of that yet. */
const NEEDS = 'outputs_missing';

export function TestStep({
  slug,
  document,
  selected,
  flush,
  chosen,
  use,
  readOnly,
  onSelect,
}: StepPanelProps & { chosen: Chosen; use: string }) {
  const { t } = useTranslation();
  const kind = useStepKind(use);
  const test = useTest(slug, flush);
  const [forReal, setForReal] = useState(false);
  const writes = kind !== undefined && !kind?.readOnly && !kind?.pure && use !== 'respond' && use !== 'stop';
  // What only reads may read: that is what a test is for.
  const reads = kind?.readOnly === true && kind.connector !== undefined;
  const alone = () => test.start({ ...chosen.given, step: selected, dry_run: !reads && !forReal });
  const upTo = () => test.start({ ...chosen.given, until: selected, dry_run: !forReal });
  useHotkeys([['mod+shift+Enter', () => !readOnly && !chosen.loading && alone()]], [], true);

  const whole = test.whole;
  const own = test.steps.find((one) => one.id === selected) ?? inside(whole, selected);
  const effect = whole?.test?.effects.find((one) => one.step === selected);
  useEffect(() => {
    // What the step gave is there for the steps after it.
    if (
      own?.status === 'succeeded' &&
      own.output !== undefined &&
      own.output !== null &&
      own.output_from !== 'given'
    )
      if (whole) keepTried(slug, { [selected]: own.output });
  }, [whole, own, slug, selected]);

  const known = chosen.run?.steps.find((one) => one.id === selected);
  const value = chosen.scope?.steps[selected];
  const name = document.name;
  if (readOnly) {
    return (
      <Known value={value} step={known} hasRun={chosen.run !== undefined} label={t('panel.tabs.output')} />
    );
  }
  return (
    <Stack gap="md">
      <Stack gap="xs">
        <Group gap={0} wrap="nowrap">
          <Button
            leftSection={<IconFlask size={15} aria-hidden />}
            loading={test.running}
            disabled={chosen.loading}
            onClick={alone}
            style={{ borderTopRightRadius: 0, borderBottomRightRadius: 0 }}
          >
            {t('panel.test.step')}
          </Button>
          <Menu position="bottom-end">
            <Menu.Target>
              <Button
                px={6}
                aria-label={t('panel.test.ways')}
                disabled={test.running || chosen.loading}
                style={{ borderTopLeftRadius: 0, borderBottomLeftRadius: 0, marginLeft: 1 }}
              >
                <IconChevronDown size={15} aria-hidden />
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={alone}>{t('panel.test.stepAlone')}</Menu.Item>
              <Menu.Item onClick={upTo}>{t('panel.test.upTo')}</Menu.Item>
            </Menu.Dropdown>
          </Menu>
          {test.running && test.run && (
            <Button
              ml="xs"
              variant="default"
              leftSection={<IconPlayerStop size={14} aria-hidden />}
              onClick={test.cancel}
            >
              {t('panel.test.cancel')}
            </Button>
          )}
        </Group>
        {reads && (
          <Text size="xs" c="dimmed">
            {t('panel.test.reads', { system: say(kind?.system) })}
          </Text>
        )}
        {writes && (
          <ForReal
            value={forReal}
            onChange={setForReal}
            about={t('panel.test.forRealStep', { system: say(kind?.system) || name })}
          />
        )}
      </Stack>
      {test.refused !== null && <Refused error={test.refused} document={document} onSelect={onSelect} />}
      {test.refused !== null && problemOf(test.refused).code === NEEDS && (
        <Button
          variant="light"
          w="fit-content"
          leftSection={<IconFlask size={15} aria-hidden />}
          disabled={chosen.loading}
          onClick={upTo}
        >
          {t('panel.test.upTo')}
        </Button>
      )}
      {test.running && <LoadingRows rows={3} />}
      {whole && !own && <RunWords reason={say(whole.reason)} />}
      {whole && own && (
        <>
          <StepResult step={own} effect={effect} />
          {own.status === 'pending' && <RunWords reason={say(whole.reason)} />}
          {own.status === 'skipped' && <RunWords reason={t('panel.test.skipped')} />}
        </>
      )}
      {!test.run && test.refused === null && (
        <Known value={value} step={known} hasRun={chosen.run !== undefined} label={t('panel.tabs.output')} />
      )}
    </Stack>
  );
}

type Known = NonNullable<Chosen['run']>['steps'][number];

/** What the chosen run or sample says of the step, before it was tested. */
function Known({
  value,
  step,
  hasRun,
  label,
}: {
  value: unknown;
  step?: Known;
  hasRun: boolean;
  label: string;
}) {
  const { t } = useTranslation();
  if (step && step.status !== 'pending') {
    return (
      <Stack gap="xs">
        <Text size="xs" c="dimmed">
          {t('panel.output.ofRun')}
        </Text>
        <StepResult step={step} />
      </Stack>
    );
  }
  if (value !== undefined) {
    return (
      <Stack gap="xs">
        <Text size="xs" c="dimmed">
          {hasRun ? t('panel.output.ofTest') : t('panel.output.ofSample')}
        </Text>
        <JsonView value={value} height="none" label={label} />
      </Stack>
    );
  }
  return <Empty title={t('panel.output.none')} lead={t('panel.output.noneLead')} />;
}

function RunWords({ reason }: { reason: string }) {
  return reason ? <Text size="sm">{reason}</Text> : null;
}

/** A step of a loop's body: of the one item that was tried. */
function inside(whole: ReturnType<typeof useTest>['whole'], id: string) {
  for (const item of whole?.test?.inside ?? []) {
    const found = item.steps.find((one) => one.id === id);
    if (found) return found;
  }
  return undefined;
}
