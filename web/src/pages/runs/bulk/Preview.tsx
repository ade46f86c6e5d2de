/** What would be done to how many runs, of which flows, and what would happen again: in words, before anything does. */
import { Alert, Button, Group, List, Radio, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStepTitle, useSystemNames } from '@/api/catalogue';
import { http, must, type Schemas } from '@/api/client';
import { useFlowNames, usePublished } from '@/api/flows';
import { Failure, LoadingRows } from '@/components/States';
import { formatNumber } from '@/lib/format';
import { useSteps } from '../versions';
import { type Action, type Targets, targetBody } from './targets';

export interface Wish {
  newest: boolean;
  reason: string;
}

export function Preview({
  action,
  targets,
  onGo,
  onClose,
}: {
  action: Action;
  targets: Targets;
  onGo: (preview: Schemas['BulkPreview'], wish: Wish) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [newest, setNewest] = useState(false);
  const [reason, setReason] = useState('');
  const preview = useQuery({
    queryKey: ['bulk-preview', action, targets],
    queryFn: () => must(http.POST('/api/v1/runs/bulk/preview', { body: { action, ...targetBody(targets) } })),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const data = preview.data;
  const repeats = action === 'resume' || action === 'replay';
  return (
    <Stack gap="md">
      <Text size="sm">{t(`runs.bulk.lead.${action}`)}</Text>
      {preview.isPending && (
        <>
          <Text size="sm" c="dimmed">
            {t('runs.bulk.counting')}
          </Text>
          <LoadingRows rows={3} height={20} />
        </>
      )}
      {preview.isError && <Failure error={preview.error} onRetry={() => void preview.refetch()} />}
      {data && <Counted preview={data} repeats={action === 'replay'} />}
      {data && data.count > 0 && repeats && (
        <Radio.Group
          label={t('runs.bulk.version')}
          value={newest ? 'newest' : 'own'}
          onChange={(value) => setNewest(value === 'newest')}
        >
          <Stack gap={6} mt={6}>
            <Radio size="xs" value="own" label={t('runs.bulk.own')} />
            <Radio size="xs" value="newest" label={t('runs.bulk.newest')} />
          </Stack>
        </Radio.Group>
      )}
      {data && data.count > 0 && !repeats && (
        <TextInput
          label={t('runs.bulk.reason')}
          description={t('runs.bulk.reasonHint')}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        {data && data.count > 0 && (
          <Button
            color={action === 'cancel' ? 'red' : undefined}
            onClick={() => onGo(data, { newest, reason: reason.trim() })}
          >
            {t(`runs.bulk.go.${action}`, { count: data.count })}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function Counted({ preview, repeats }: { preview: Schemas['BulkPreview']; repeats: boolean }) {
  const { t } = useTranslation();
  const nameOf = useFlowNames();
  const systemOf = useSystemNames();
  const publishedOf = usePublished();
  const titleOf = useStepTitle();
  // Steps are called as they are now; each run has its own version, and ids rarely change.
  const stepOf = useSteps(
    preview.effects.flatMap(({ slug }) => {
      const version = publishedOf(slug);
      return version ? [{ slug, version }] : [];
    }),
  );
  const nameOfStep = ({ slug, step, use }: Schemas['EffectCount']) =>
    titleOf(stepOf(slug, publishedOf(slug), step) ?? { id: step, use, name: step });
  if (preview.count === 0) return <Text size="sm">{t('runs.bulk.none')}</Text>;
  const flows = preview.flows.map((flow) =>
    t('runs.bulk.ofFlow', { count: flow.runs, flow: nameOf(flow.slug) }),
  );
  return (
    <Stack gap="sm">
      <div>
        <Text fw={620}>{t('runs.bulk.count', { count: preview.count })}</Text>
        <Text size="sm" c="dimmed">
          {flows.join(' · ')}
        </Text>
      </div>
      {preview.may_have_happened > 0 && (
        <Alert color="orange" icon={<IconAlertTriangle size={18} />}>
          {t('runs.bulk.doubt', { count: preview.may_have_happened })}
        </Alert>
      )}
      {repeats && (
        <div>
          <Title order={3} size="h4" mb={4}>
            {t('runs.bulk.repeats')}
          </Title>
          {preview.effects.length === 0 ? (
            <Text size="sm">{t('runs.bulk.noRepeats')}</Text>
          ) : (
            <List size="sm">
              {preview.effects.map((effect) => (
                <List.Item key={`${effect.slug} ${effect.step}`}>
                  {t('runs.bulk.repeat', {
                    count: effect.times,
                    step: [nameOf(effect.slug), nameOfStep(effect), systemOf(effect.use)]
                      .filter(Boolean)
                      .join(' › '),
                  })}
                </List.Item>
              ))}
            </List>
          )}
          {preview.looked_at < preview.count && (
            <Text size="xs" c="dimmed" mt={4}>
              {t('runs.bulk.lookedAt', {
                count: preview.looked_at,
                formatted: formatNumber(preview.looked_at),
              })}
            </Text>
          )}
        </div>
      )}
    </Stack>
  );
}
