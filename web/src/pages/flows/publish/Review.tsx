/** Before publishing: what is wrong, what was never tested, what changes, and why. */
import { Button, Collapse, Group, Stack, Text, Textarea, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, problemOf, type Schemas } from '@/api/client';
import { useDraftFaults } from '@/api/flows';
import { Failure } from '@/components/States';
import type { Fault, FlowDocument } from '@/flow/types';
import { tally } from '../compare/changes';
import { DiffView, useChanges } from '../compare/DiffView';

import { FaultList, type Go, PlaceLine } from './FaultList';
import { untestedSteps, useRunsSeen } from './untested';

const MOST_NAMES = 6;

export function Review({
  flow,
  document,
  onPublished,
  onClose,
  onGo,
}: {
  flow: Schemas['Flow'];
  document: FlowDocument;
  onPublished: (published: Schemas['Published']) => void;
  onClose: () => void;
  onGo: Go;
}) {
  const { t } = useTranslation();
  const [note, setNote] = useState('');
  const told = useDraftFaults(flow.slug, flow.draft_revision);
  const publish = api.useMutation('post', '/api/v1/flows/{slug}/publish', { onSuccess: onPublished });
  const answered = publish.isError ? problemOf(publish.error) : undefined;
  const faults: Fault[] = answered?.faults?.length ? answered.faults : (told.data ?? []);
  const errors = faults.filter((fault) => fault.severity !== 'warning');
  const warnings = faults.filter((fault) => fault.severity === 'warning');
  const seen = useRunsSeen(flow.slug);
  const untested = seen.data ? untestedSteps(document, seen.data) : [];
  const names = (all: string[]) => {
    const shown = all.slice(0, MOST_NAMES).join(t('flows.publish.comma'));
    const more = all.length - MOST_NAMES;
    return more > 0 ? t('flows.publish.andMore', { names: shown, count: more }) : shown;
  };
  if (flow.published != null && !flow.changed) {
    return (
      <Stack gap="md">
        <Text size="sm">{t('flows.publish.nothing', { version: flow.published })}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common.close')}
          </Button>
        </Group>
      </Stack>
    );
  }
  return (
    <Stack gap="lg">
      {answered && !answered.faults?.length && <Failure error={answered} />}
      {errors.length > 0 && (
        <Stack gap="xs" role="alert">
          <Title order={3}>{t('flows.publish.faults', { count: errors.length })}</Title>
          <FaultList faults={errors} document={document} onGo={onGo} />
        </Stack>
      )}
      {(warnings.length > 0 || untested.length > 0) && (
        <Stack gap="xs">
          <Title order={3}>{t('flows.publish.warnings')}</Title>
          <FaultList faults={warnings} document={document} onGo={onGo} />
          {untested.length > 0 && untested[0] && (
            <PlaceLine
              warning
              where={t('flows.publish.untested', { count: untested.length })}
              what={names(untested.map((step) => step.name ?? step.id))}
              fix={t('flows.publish.untestedFix')}
              onGo={() => onGo(untested[0]?.id ?? null, '')}
            />
          )}
        </Stack>
      )}
      <Changes flow={flow} document={document} />
      <Textarea
        label={t('flows.publish.note')}
        description={t('flows.publish.noteHint')}
        autosize
        minRows={2}
        maxRows={6}
        maxLength={1000}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <Group justify="space-between" gap="xs">
        <Text size="xs" c="dimmed" flex="1 1 200px">
          {t(flow.enabled ? 'flows.publish.goesLive' : 'flows.publish.staysOff')}
        </Text>
        <Group gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button
            loading={publish.isPending}
            disabled={errors.length > 0 && !publish.isError}
            onClick={() =>
              publish.mutate({
                params: { path: { slug: flow.slug } },
                body: { note: note.trim() || null },
              })
            }
          >
            {t('flows.publish.publish', { version: (flow.published ?? 0) + 1 })}
          </Button>
        </Group>
      </Group>
    </Stack>
  );
}

function Changes({ flow, document }: { flow: Schemas['Flow']; document: FlowDocument }) {
  const { t } = useTranslation();
  const [open, { toggle }] = useDisclosure(true);
  const from = flow.published == null ? undefined : String(flow.published);
  const { parts } = useChanges(flow.slug, from, 'draft', flow.draft_revision);
  if (from === undefined) {
    return (
      <Stack gap={4}>
        <Title order={3}>{t('flows.publish.first')}</Title>
        <Text size="sm" c="dimmed">
          {t('flows.publish.firstLead', { count: document.steps.length })}
        </Text>
      </Stack>
    );
  }
  const Chevron = open ? IconChevronDown : IconChevronRight;
  const counts = parts && tally(parts);
  const words = counts
    ? [
        counts.added && t('flows.diff.added', { count: counts.added }),
        counts.removed && t('flows.diff.removed', { count: counts.removed }),
        counts.changed && t('flows.diff.changed', { count: counts.changed }),
        counts.other && t('flows.diff.other'),
      ].filter(Boolean)
    : [];
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="xs">
        <Title order={3}>{t('flows.publish.changes', { version: flow.published })}</Title>
        {words.length > 0 && (
          <Button
            variant="subtle"
            color="gray"
            size="compact-xs"
            aria-expanded={open}
            rightSection={<Chevron size={13} aria-hidden />}
            onClick={toggle}
          >
            {words.join(' · ')}
          </Button>
        )}
      </Group>
      <Collapse expanded={open}>
        <DiffView
          slug={flow.slug}
          from={from}
          to="draft"
          stamp={flow.draft_revision}
          labels={[t('flows.diff.version', { version: flow.published }), t('flows.diff.draft')]}
        />
      </Collapse>
    </Stack>
  );
}
