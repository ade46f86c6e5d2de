/** How the flow is started. */
import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LoadingRows } from '@/components/States';
import type { StepPanelProps, Trigger } from '@/flow/types';
import { useTriggerKind } from '../data/kind';
import { FaultLines } from '../fields/FaultLines';
import { useTools } from '../fields/tools';
import { TRIGGER_FORMS } from '../kinds';
import { firstDifference } from '../model/difference';
import { faultsAt } from '../model/faults';
import { About } from './About';
import { ConnectionChooser } from './ConnectionChooser';
import { InputForm } from './InputForm';
import { UnknownKind } from './UnknownKind';

const PATH = ['trigger', 'with'];

export function TriggerSetup({ slug, document, onChange }: StepPanelProps) {
  const { t } = useTranslation();
  const { trigger } = document;
  const kind = useTriggerKind(trigger.use);
  const change = (next: Trigger) =>
    onChange(
      { ...document, trigger: next },
      t('panel.did.change', { step: t('panel.did.trigger') }),
      `trigger ${firstDifference(trigger, next) ?? ''}`,
    );
  const setInput = (next: unknown) => change({ ...trigger, with: next as Trigger['with'] });
  const { faults } = useTools();
  const whole = ['/trigger', '/trigger/use', '/trigger/with'].flatMap((one) => faultsAt(faults, one, false));
  const Form = TRIGGER_FORMS[trigger.use];
  if (kind === undefined) return <LoadingRows rows={4} />;
  return (
    <Stack gap="lg">
      {kind === null ? <UnknownKind use={trigger.use} /> : <About text={kind.description} />}
      <FaultLines faults={whole} />
      {kind?.connects && kind.connector && (
        <ConnectionChooser
          connector={kind.connector}
          system={kind.system}
          value={trigger.connection}
          onChange={(connection) => change({ ...trigger, connection })}
          pointer="/trigger/connection"
        />
      )}
      {Form && kind ? (
        <Form
          slug={slug}
          document={document}
          onChange={onChange}
          kind={kind}
          value={trigger.with ?? {}}
          setValue={setInput}
          path={PATH}
        />
      ) : (
        <InputForm
          schema={kind?.input ?? {}}
          value={trigger.with}
          onChange={setInput}
          pointer="/trigger/with"
        />
      )}
    </Stack>
  );
}
