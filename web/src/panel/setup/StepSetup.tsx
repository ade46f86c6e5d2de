/** How a step is set up: its connection, its input, what happens when it fails, and the rest. */
import { Stack } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { LoadingRows } from '@/components/States';
import type { FlowDocument, Step, StepPanelProps } from '@/flow/types';
import { replaceStep, type Standing } from '@/flow/walk';
import { say } from '@/i18n';
import type { Chosen } from '../data/chosen';
import { useStepKind } from '../data/kind';
import { FaultLines } from '../fields/FaultLines';
import { useTools } from '../fields/tools';
import { STEP_FORMS } from '../kinds';
import { MapButton } from '../mapping/MapButton';
import { firstDifference } from '../model/difference';
import { followersOfError, retryOf } from '../model/failure';
import { faultsAt } from '../model/faults';
import { About } from './About';
import { ConnectionChooser } from './ConnectionChooser';
import { FailureForm } from './FailureForm';
import { InputForm } from './InputForm';
import { More } from './More';
import { Section } from './Section';
import { UnknownKind } from './UnknownKind';

export function StepSetup({ standing, ...props }: StepPanelProps & { standing: Standing; chosen: Chosen }) {
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
  const path = useMemo(() => [...pointer.split('/').slice(1), 'with'], [pointer]);
  const words = useFailureWords(document, step);
  const at = (...names: string[]) => names.map((name) => `${pointer}/${name}`);
  const { faults } = useTools();
  const whole = [pointer, ...at('use', 'with')].flatMap((one) => faultsAt(faults, one, false));
  const Form = STEP_FORMS[step.use];
  if (kind === undefined) return <LoadingRows rows={5} />;
  return (
    <Stack gap="lg">
      {kind === null ? <UnknownKind use={step.use} /> : !Form && <About text={kind.description} />}
      <FaultLines faults={whole} />
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
      {Form && kind ? (
        <Form
          slug={props.slug}
          document={document}
          onChange={onChange}
          step={step}
          kind={kind}
          value={step.with ?? {}}
          setValue={setInput}
          path={path}
        />
      ) : (
        <>
          {kind && (
            <MapButton
              kind={kind}
              title={title}
              value={step.with ?? {}}
              onChange={setInput}
              chosen={props.chosen}
            />
          )}
          <InputForm
            schema={kind?.input ?? {}}
            value={step.with}
            onChange={setInput}
            pointer={`${pointer}/with`}
          />
        </>
      )}
      <Section
        name="failure"
        title={t('panel.failure.title')}
        summary={words}
        holds={at('retry', 'timeout', 'on_doubt')}
      >
        <FailureForm
          {...props}
          standing={standing}
          kind={kind}
          change={(next) => change(next, t('panel.did.failure', { step: title }))}
        />
      </Section>
      <Section
        name="more"
        title={t('panel.more.title')}
        summary={step.note}
        holds={at('id', 'name', 'note', 'after', 'join')}
      >
        <More {...props} standing={standing} change={change} />
      </Section>
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

/** What happens on failure, in a few words. */
function useFailureWords(document: FlowDocument, step: Step): string {
  const { t } = useTranslation();
  const retry = retryOf(step);
  const again =
    retry && retry.attempts > 1 ? t('panel.failure.shortAgain', { count: retry.attempts }) : undefined;
  const then = followersOfError(document, step.id).length
    ? t('panel.failure.shortPath')
    : t('panel.failure.shortStop');
  return [again, then].filter(Boolean).join(' · ');
}
