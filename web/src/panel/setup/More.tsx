/** Note, id, and when the step runs. */
import { Button, Group, Radio, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { parseRef } from '@/flow/exits';
import { renameStep } from '@/flow/expressions';
import { idsOf } from '@/flow/ids';
import type { FlowDocument, Step, StepPanelProps } from '@/flow/types';
import { type Standing, stepById } from '@/flow/walk';
import { useTools } from '../fields/tools';

type Props = Pick<StepPanelProps, 'document' | 'onChange' | 'onSelect'> & {
  standing: Standing;
  change: (next: Step, label?: string) => void;
};

export function More(props: Props) {
  const { t } = useTranslation();
  const { step } = props.standing;
  const { readOnly } = useTools();
  const order = useOrder(props.document, props.standing);
  const setNote = (note: string) => {
    const { note: _, ...rest } = step;
    props.change(
      note === '' ? (rest as Step) : { ...step, note },
      t('panel.did.note', { step: step.name ?? step.id }),
    );
  };
  return (
    <Stack gap="md">
      <div>
        <Text size="xs" fw={550}>
          {t('panel.more.order')}
        </Text>
        <Text size="sm">{order}</Text>
      </div>
      {(step.after?.length ?? 0) > 1 && (
        <Radio.Group
          label={t('panel.more.join')}
          value={step.join ?? ''}
          onChange={(join) => props.change({ ...step, join: join as Step['join'] })}
          readOnly={readOnly}
        >
          <Stack gap={6} mt={6}>
            <Radio value="any" label={t('panel.more.any')} />
            <Radio value="all" label={t('panel.more.all')} />
          </Stack>
        </Radio.Group>
      )}
      <Textarea
        label={t('panel.more.note')}
        description={t('panel.more.noteLead')}
        autosize
        minRows={1}
        maxRows={8}
        value={step.note ?? ''}
        readOnly={readOnly}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <Id {...props} key={step.id} />
    </Stack>
  );
}

/** When a step runs, in words. */
function useOrder(document: FlowDocument, { step, loop }: Standing): string {
  const { t } = useTranslation();
  const after = step.after ?? [];
  if (after.length === 0) return loop ? t('panel.more.firstInLoop') : t('panel.more.first');
  const names = after.map((ref) => {
    const { id, port } = parseRef(ref);
    const name = stepById(document, id)?.name ?? id;
    if (!port) return name;
    const word = t([`builder.ports.${port}`, ''] as never) as unknown as string;
    return t('panel.more.port', { step: name, port: word || port });
  });
  const steps = new Intl.ListFormat(t('panel.more.listLanguage'), { type: 'conjunction' }).format(names);
  if (after.length === 1) return t('panel.more.after', { steps });
  return step.join === 'all' ? t('panel.more.afterAll', { steps }) : t('panel.more.afterAny', { steps });
}

function Id({ document, standing: { step }, onChange, onSelect }: Props) {
  const { t } = useTranslation();
  const { readOnly } = useTools();
  const [id, setId] = useState(step.id);
  const wrong = !/^[a-z0-9_]{1,64}$/.test(id)
    ? t('panel.more.idWrong')
    : id !== step.id && idsOf(document).has(id)
      ? t('panel.more.idTaken')
      : undefined;
  const rename = () => {
    onChange(renameStep(document, step.id, id), t('panel.did.rename', { step: step.name ?? step.id }));
    onSelect(id);
  };
  return (
    <Group gap="xs" align="flex-end" wrap="nowrap">
      <TextInput
        flex={1}
        label={t('panel.more.id')}
        description={t('panel.more.idLead', { id: step.id })}
        value={id}
        readOnly={readOnly}
        error={wrong}
        onChange={(event) => setId(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Enter' && !wrong && id !== step.id && rename()}
      />
      {id !== step.id && (
        <Button variant="default" disabled={wrong !== undefined} onClick={rename}>
          {t('panel.more.rename')}
        </Button>
      )}
    </Group>
  );
}
