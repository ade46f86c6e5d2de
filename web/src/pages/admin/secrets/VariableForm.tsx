/** Sets a variable. The kind is chosen, so that `5` stays a number and `"05"` a text. */
import { Button, Group, Radio, SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, http, type Problem, type Schemas } from '@/api/client';
import { type Tagged, tagged } from '@/api/tagged';
import { told } from '@/components/notify';
import { Failure, LoadingRows } from '@/components/States';
import { carry, KINDS, type Kind, kindOf, NAME, read, textOf } from './variableValue';

export function VariableForm({ name, onClose }: { name: string | undefined; onClose: () => void }) {
  const now = useQuery<Tagged<Schemas['Variable']>, Problem>({
    queryKey: ['get', '/api/v1/variables/{name}', { name }, 'tagged'],
    queryFn: ({ signal }) =>
      tagged(http.GET('/api/v1/variables/{name}', { params: { path: { name: name ?? '' } }, signal })),
    enabled: name !== undefined,
    // What is edited is what was there when the editing began.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (name !== undefined && now.isPending) return <LoadingRows rows={3} />;
  if (now.isError) return <Failure error={now.error} />;
  return <Form name={name} now={now.data} onClose={onClose} />;
}

function Form({
  name: fixed,
  now,
  onClose,
}: {
  name: string | undefined;
  now: Tagged<Schemas['Variable']> | undefined;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [name, setName] = useState(fixed ?? '');
  const [kind, setKind] = useState<Kind>(now ? kindOf(now.data.value) : 'text');
  const [text, setText] = useState(textOf(now?.data.value));
  const [touched, setTouched] = useState(false);
  const set = api.useMutation('put', '/api/v1/variables/{name}', {
    onSuccess: () => {
      told(t('admin.variables.saved', { name }));
      onClose();
    },
  });
  const value = read(kind, text);
  const fault = 'fault' in value ? t(`admin.variables.faults.${value.fault}`) : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTouched(true);
    if (!('value' in value)) return;
    const header = now?.etag ? { 'If-Match': now.etag } : undefined;
    set.mutate({ params: { path: { name }, header }, body: { value: value.value } as never });
  };
  const change = (event: { currentTarget: { value: string } }) => setText(event.currentTarget.value);
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {fixed === undefined && (
          <TextInput
            label={t('common.name')}
            description={t('admin.nameHint')}
            value={name}
            required
            data-autofocus
            error={name !== '' && !NAME.test(name) ? t('admin.nameHint') : undefined}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        )}
        <div>
          <Text size="xs" fw={550} mb={4} id="variable-kind">
            {t('admin.variables.kind')}
          </Text>
          <SegmentedControl
            aria-labelledby="variable-kind"
            value={kind}
            onChange={(next) => {
              setKind(next as Kind);
              setText(carry(text, next as Kind));
            }}
            data={KINDS.map((one) => ({ value: one, label: t(`admin.variables.kinds.${one}`) }))}
          />
        </div>
        {kind === 'text' && (
          <Textarea
            label={t('admin.value')}
            value={text}
            autosize
            minRows={1}
            maxRows={10}
            onChange={change}
          />
        )}
        {kind === 'number' && (
          <TextInput
            label={t('admin.value')}
            value={text}
            inputMode="decimal"
            error={touched && fault}
            onChange={change}
          />
        )}
        {kind === 'yesno' && (
          <Radio.Group label={t('admin.value')} value={text === 'true' ? 'true' : 'false'} onChange={setText}>
            <Group mt={6}>
              <Radio size="xs" value="true" label={t('common.yes')} />
              <Radio size="xs" value="false" label={t('common.no')} />
            </Group>
          </Radio.Group>
        )}
        {kind === 'json' && (
          <Textarea
            label={t('admin.value')}
            description={t('admin.variables.jsonHint')}
            value={text}
            autosize
            minRows={5}
            maxRows={20}
            spellCheck={false}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            error={touched && fault}
            onChange={change}
            onBlur={() => setTouched(true)}
          />
        )}
        {set.isError && <Failure error={set.error} compact />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={set.isPending} disabled={!NAME.test(name)}>
            {t('common.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
