/** A script, with what it can read beside it, and its result on the sample. */
import { Badge, Button, Group, Paper, Skeleton, Stack, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { lazy, Suspense, useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { CodeFault } from '@/components/code/RhaiEditor';
import { JsonView } from '@/components/JsonView';
import { Failure } from '@/components/States';
import { say } from '@/i18n';
import { formatDuration } from '@/lib/format';
import { toPointer } from '@/lib/json';
import { runScript } from '../data/code';
import { useTools } from '../fields/tools';
import { faultsAt } from '../model/faults';
import { named } from '../model/scope';
import { type KindFormProps, useKindFields } from './form';

const RhaiEditor = lazy(() => import('@/components/code/RhaiEditor'));
const EMPTY = { steps: {}, errors: {} };

export function ScriptForm(props: KindFormProps) {
  const { t } = useTranslation();
  const { offers, scope, faults, readOnly } = useTools();
  const { set } = useKindFields(props);
  const code = typeof props.value.code === 'string' ? props.value.code : '';
  const pointer = toPointer([...props.path, 'code']);
  const told = faultsAt(faults, pointer, true);
  const run = useMutation({ mutationFn: () => runScript(code, named(scope ?? EMPTY, [code]), false) });
  useHotkeys([['mod+Enter', () => run.mutate()]], [], true);

  const check = useCallback(async (text: string): Promise<CodeFault[]> => {
    if (text.trim() === '') return [];
    const { error } = await runScript(text, EMPTY, true).catch(() => ({ error: null }));
    return error ? [{ message: say(error.message), line: error.line, column: error.column }] : [];
  }, []);
  const result = run.data;
  return (
    <Stack gap="sm">
      <Text size="xs" c="dimmed">
        {t('panel.script.lead')}
      </Text>
      <Suspense fallback={<Skeleton h={200} radius="md" />}>
        <div data-field={pointer}>
          <RhaiEditor
            value={code}
            onChange={readOnly ? undefined : (next) => set('code', next)}
            label={t('panel.script.label')}
            offers={offers}
            check={check}
          />
        </div>
      </Suspense>
      {told.map((fault) => (
        <Text key={`${fault.pointer}${fault.code}`} size="xs" c="var(--mantine-color-error)">
          {fault.line ? `${t('panel.script.line', { line: fault.line })} ` : ''}
          {say(fault.message)} {fault.fix && say(fault.fix)}
        </Text>
      ))}
      <Group justify="space-between">
        <Text size="xs" c="dimmed">
          {scope ? t('panel.script.onSample') : t('panel.script.noSample')}
        </Text>
        <Button
          variant="light"
          leftSection={<IconPlayerPlay size={14} aria-hidden />}
          loading={run.isPending}
          disabled={code.trim() === ''}
          onClick={() => run.mutate()}
        >
          {t('panel.script.run')}
        </Button>
      </Group>
      {run.isError && <Failure error={run.error} compact />}
      {result && (
        <Paper p="sm" bg="var(--cw-canvas)" role="status" aria-label={t('panel.script.result')}>
          <Group justify="space-between" mb={6}>
            <Text size="xs" fw={600}>
              {result.error ? t('panel.script.failed') : t('panel.script.result')}
            </Text>
            {result.took_us !== undefined && (
              <Badge color={result.error ? 'red' : 'teal'}>{formatDuration(result.took_us / 1000)}</Badge>
            )}
          </Group>
          {result.error ? (
            <Text size="xs" c="var(--mantine-color-error)">
              {result.error.line ? `${t('panel.script.line', { line: result.error.line })} ` : ''}
              {say(result.error.message)}
            </Text>
          ) : (
            <JsonView value={result.output ?? null} height={260} label={t('panel.script.result')} />
          )}
        </Paper>
      )}
    </Stack>
  );
}
