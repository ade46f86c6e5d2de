/** What happens when the step fails, as plain choices: try again, and then stop or go on by another way. */
import {
  Anchor,
  Collapse,
  Group,
  NumberInput,
  Radio,
  Select,
  Stack,
  Switch,
  TagsInput,
  Text,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { ERROR, refOf } from '@/flow/exits';
import { freshStep } from '@/flow/fresh';
import { connect, insertSteps, meetable } from '@/flow/splice';
import type { Step, StepPanelProps } from '@/flow/types';
import { type Standing, stepById } from '@/flow/walk';
import { formatDuration } from '@/lib/format';
import type { Described } from '../data/kind';
import { DurationInput } from '../fields/DurationInput';
import { useTools } from '../fields/tools';
import { followersOfError, type Retry, retryOf, USUAL, waits } from '../model/failure';

type Props = Pick<StepPanelProps, 'document' | 'onChange' | 'onSelect'> & {
  standing: Standing;
  kind: Described | null;
  change: (next: Step) => void;
};

export function FailureForm(props: Props) {
  const { t } = useTranslation();
  const { step } = props.standing;
  const { readOnly } = useTools();
  const retry = retryOf(step);
  const calls = props.kind === null || props.kind.connector !== undefined || step.use === 'call_flow';
  const hasRetry = calls || retry !== undefined || step.timeout !== undefined;
  const setRetry = (next: Retry | undefined) => {
    const { retry: _, ...rest } = step;
    props.change(next ? { ...step, retry: next } : (rest as Step));
  };
  return (
    <Stack gap="md">
      {hasRetry && (
        <Switch
          label={t('panel.failure.again')}
          checked={retry !== undefined}
          disabled={readOnly}
          onChange={(event) => setRetry(event.currentTarget.checked ? USUAL : undefined)}
        />
      )}
      {retry && <RetryForm retry={retry} onChange={setRetry} />}
      <AfterFailure {...props} />
      {hasRetry && <Timeout {...props} />}
      {calls && !props.kind?.readOnly && <Doubt {...props} />}
    </Stack>
  );
}

function RetryForm({ retry, onChange }: { retry: Retry; onChange: (next: Retry) => void }) {
  const { t } = useTranslation();
  const { readOnly } = useTools();
  const id = useId();
  const [open, { toggle }] = useDisclosure();
  const pauses = waits(retry);
  const told = pauses.slice(0, 6).map(formatDuration).join(' · ');
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <Stack gap="sm" pl={46}>
      <NumberInput
        label={t('panel.failure.attempts')}
        value={retry.attempts}
        min={1}
        max={100}
        allowDecimal={false}
        disabled={readOnly}
        maw={200}
        onChange={(next) => typeof next === 'number' && next >= 1 && onChange({ ...retry, attempts: next })}
      />
      <div>
        <Text id={`${id}-first`} size="xs" fw={550} mb={2}>
          {t('panel.failure.first')}
        </Text>
        <DurationInput
          value={retry.first}
          placeholder="1s"
          onChange={(first) => onChange({ ...retry, first })}
          labelId={`${id}-first`}
          disabled={readOnly}
        />
      </div>
      {pauses.length > 0 && (
        <Text size="xs" c="dimmed">
          {t('panel.failure.waits', { waits: pauses.length > 6 ? `${told} …` : told })}
        </Text>
      )}
      <Anchor
        component="button"
        type="button"
        size="xs"
        onClick={toggle}
        aria-expanded={open}
        w="fit-content"
      >
        <Group gap={4} component="span">
          <Chevron size={13} aria-hidden />
          {t('panel.failure.finer')}
        </Group>
      </Anchor>
      <Collapse expanded={open}>
        <Stack gap="sm">
          <Select
            label={t('panel.failure.backoff')}
            data={[
              { value: 'exponential', label: t('panel.failure.doubling') },
              { value: 'fixed', label: t('panel.failure.fixed') },
            ]}
            value={retry.backoff ?? 'exponential'}
            onChange={(next) => onChange({ ...retry, backoff: next as Retry['backoff'] })}
            allowDeselect={false}
            disabled={readOnly}
            maw={280}
          />
          <div>
            <Text id={`${id}-max`} size="xs" fw={550} mb={2}>
              {t('panel.failure.max')}
            </Text>
            <DurationInput
              value={retry.max}
              placeholder="10m"
              onChange={(max) => onChange({ ...retry, max })}
              labelId={`${id}-max`}
              disabled={readOnly}
            />
          </div>
          <TagsInput
            label={t('panel.failure.on')}
            description={t('panel.failure.onLead')}
            data={['connect', 'timeout', 'limit', 'server', 'auth', 'conflict', '409', '4xx', '5xx']}
            value={retry.on ?? []}
            onChange={(on) => onChange(on.length ? { ...retry, on } : withoutOn(retry))}
            disabled={readOnly}
          />
        </Stack>
      </Collapse>
    </Stack>
  );
}

const withoutOn = ({ on: _, ...rest }: Retry): Retry => rest as Retry;

/** Stop, or go on by the step's error way. */
function AfterFailure({ document, standing, onChange, onSelect }: Props) {
  const { t } = useTranslation();
  const { readOnly } = useTools();
  const { step, loop } = standing;
  const followers = followersOfError(document, step.id);
  const error = refOf(step.id, ERROR);
  const nameOf = (id: string) => stepById(document, id)?.name ?? id;
  const label = t('panel.did.failure', { step: step.name ?? step.id });
  const goOn = (to: string | null) => {
    if (!to) return;
    if (to !== 'new') return onChange(connect(document, loop, error, to), label);
    const fresh = freshStep(document, 'script');
    onChange(
      insertSteps(document, { loop, from: [error], to: [] }, [{ ...fresh, name: t('panel.failure.handle') }]),
      label,
    );
    onSelect(fresh.id);
  };
  const others = meetable(document, loop, error);
  return (
    <Stack gap={6}>
      <Radio.Group
        label={t('panel.failure.afterwards')}
        value={followers.length ? 'path' : 'stop'}
        onChange={(next) => next === 'path' && followers.length === 0 && goOn('new')}
        readOnly={readOnly}
      >
        <Stack gap={6} mt={6}>
          <Radio value="stop" label={t('panel.failure.stop')} disabled={followers.length > 0} />
          <Radio value="path" label={t('panel.failure.path')} />
        </Stack>
      </Radio.Group>
      {followers.length > 0 ? (
        <Stack gap={2} pl={28}>
          {followers.map((id) => (
            <Anchor
              key={id}
              component="button"
              type="button"
              size="xs"
              ta="left"
              onClick={() => onSelect(id)}
            >
              {t('panel.failure.goesOn', { step: nameOf(id) })}
            </Anchor>
          ))}
          <Text size="xs" c="dimmed">
            {t('panel.failure.pathLead')}
          </Text>
        </Stack>
      ) : (
        !readOnly &&
        others.length > 0 && (
          <Select
            ml={28}
            aria-label={t('panel.failure.existing')}
            placeholder={t('panel.failure.existing')}
            data={others.map((one) => ({ value: one.id, label: one.name ?? one.id }))}
            value={null}
            onChange={goOn}
            maw={320}
          />
        )
      )}
    </Stack>
  );
}

function Timeout({ standing: { step }, change }: Props) {
  const { t } = useTranslation();
  const { readOnly } = useTools();
  const id = useId();
  const set = (timeout: string | undefined) => {
    const { timeout: _, ...rest } = step;
    change(timeout ? { ...step, timeout } : (rest as Step));
  };
  return (
    <div>
      <Text id={id} size="xs" fw={550} mb={2}>
        {t('panel.failure.timeout')}
      </Text>
      <DurationInput value={step.timeout} onChange={set} labelId={id} disabled={readOnly} usual="s" />
      <Text size="xs" c="dimmed" mt={3}>
        {t('panel.failure.timeoutLead')}
      </Text>
    </div>
  );
}

/** The server stopped between sending and the answer: nobody knows whether it happened. */
function Doubt({ standing: { step }, change, kind }: Props) {
  const { t } = useTranslation();
  const { readOnly } = useTools();
  const harmless = kind?.idempotency !== undefined && kind.idempotency !== 'none';
  const set = (next: string) => {
    const { on_doubt: _, ...rest } = step;
    change(next === 'usual' ? (rest as Step) : { ...step, on_doubt: next as Step['on_doubt'] });
  };
  return (
    <Radio.Group
      label={t('panel.failure.doubt')}
      description={t('panel.failure.doubtLead')}
      value={step.on_doubt ?? 'usual'}
      onChange={set}
      readOnly={readOnly}
    >
      <Stack gap={6} mt={6}>
        <Radio
          value="usual"
          label={harmless ? t('panel.failure.doubtHarmless') : t('panel.failure.doubtUsual')}
        />
        <Radio value="repeat" label={t('panel.failure.doubtRepeat')} />
        <Radio value="fail" label={t('panel.failure.doubtFail')} />
      </Stack>
    </Radio.Group>
  );
}
