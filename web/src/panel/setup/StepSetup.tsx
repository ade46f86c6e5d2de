/** How a step is set up: its connection, its input, what happens when it fails, and the rest. */
import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LoadingRows } from '@/components/States';
import type { Step, StepPanelProps } from '@/flow/types';
import { replaceStep, type Standing } from '@/flow/walk';
import { say } from '@/i18n';
import { useStepKind } from '../data/kind';
import { firstDifference } from '../model/difference';
import { About } from './About';
import { ConnectionChooser } from './ConnectionChooser';
import { InputForm } from './InputForm';
import { More } from './More';
import { UnknownKind } from './UnknownKind';

export function StepSetup({ standing, ...props }: StepPanelProps & { standing: Standing }) {
  const { t } = useTranslation();
  const { document, selected, onChange } = props;
  const { step, pointer } = standing;
  const kind = useStepKind(step.use);
  const title = step.name || (kind ? say(kind.title) : step.id);
  const change = (next: Step, label = t('panel.did.change', { step: title })) =>
    onChange(
      replaceStep(document, selected, () => next),
      label,
      `${selected} ${firstDifference(step, next) ?? ''}`,
    );
  const setInput = (input: unknown) => change(withInput(step, input));
  if (kind === undefined) return <LoadingRows rows={5} />;
  return (
    <Stack gap="lg">
      {kind === null ? <UnknownKind use={step.use} /> : <About text={kind.description} />}
      {kind?.connects && kind.connector && (
        <ConnectionChooser
          connector={kind.connector}
          system={kind.system}
          value={step.connection}
          onChange={(connection) =>
            change({ ...step, connection }, t('panel.did.connection', { step: title }))
          }
          pointer={`${pointer}/connection`}
        />
      )}
      {/* For the form's own texts about a kind, its title stands in the head. */}
      <InputForm
        schema={kind?.input ?? {}}
        value={step.with}
        onChange={setInput}
        pointer={`${pointer}/with`}
        use={step.use}
      />
      <More {...props} standing={standing} change={change} />
      {step.note && (
        <Text size="xs" c="dimmed">
          {step.note}
        </Text>
      )}
    </Stack>
  );
}

function withInput(step: Step, input: unknown): Step {
  if (
    input === undefined ||
    (typeof input === 'object' && input && Object.keys(input).length === 0 && !step.with)
  ) {
    const { with: _, ...rest } = step;
    return rest as Step;
  }
  return { ...step, with: input as Step['with'] };
}
