/** What the list shows: on a wide screen in one line, on a phone in a drawer. */
import { Badge, Button, Drawer, Group, Popover, SegmentedControl, Select, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAdjustmentsHorizontal } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useStepsOf } from '../versions';
import { FlowSelect } from './FlowSelect';
import { type Address, MODES, STATUSES, TRIGGERS, taken } from './filter';
import { LazyTextInput } from './LazyTextInput';
import { RangeSelect } from './RangeSelect';
import { RunSearch } from './RunSearch';

interface FilterProps {
  address: Address;
  onChange: (patch: Address) => void;
}

const MORE = ['mode', 'trigger', 'failed_step', 'error_code'] as const;

export function Filters(props: FilterProps) {
  const { t } = useTranslation();
  const { address, onChange } = props;
  const more = taken(address).filter((field) => (MORE as readonly string[]).includes(field)).length;
  return (
    <>
      <Group gap="xs" visibleFrom="sm" role="search" aria-label={t('runs.filter.label')}>
        <RunSearch {...props} w={290} />
        <FlowSelect
          value={address.flow}
          onChange={(flow) => onChange({ flow, version: undefined })}
          w={220}
        />
        <RangeSelect address={address} onChange={onChange} w={140} />
        <Popover position="bottom-end" shadow="md" width={280} trapFocus withinPortal>
          <Popover.Target>
            <Button
              variant="default"
              leftSection={<IconAdjustmentsHorizontal size={14} />}
              rightSection={more > 0 ? <Badge>{more}</Badge> : undefined}
            >
              {t('runs.filter.more')}
            </Button>
          </Popover.Target>
          <Popover.Dropdown>
            <MoreFields {...props} />
          </Popover.Dropdown>
        </Popover>
      </Group>
      <PhoneFilters {...props} />
      <SegmentedControl
        visibleFrom="sm"
        mt="sm"
        aria-label={t('runs.filter.status')}
        value={address.status ?? ''}
        onChange={(status) => onChange({ status: status || undefined })}
        data={[
          { value: '', label: t('runs.filter.anyStatus') },
          ...STATUSES.map((status) => ({ value: status, label: t(`common.runStatus.${status}`) })),
        ]}
      />
    </>
  );
}

function PhoneFilters(props: FilterProps) {
  const { t } = useTranslation();
  const { address, onChange } = props;
  const [opened, { open, close }] = useDisclosure();
  const count = taken(address).filter((field) => field !== 'text' && field !== 'id').length;
  return (
    <Group gap="xs" hiddenFrom="sm" wrap="nowrap" role="search" aria-label={t('runs.filter.label')}>
      <RunSearch {...props} flex={1} size="sm" />
      <Button
        size="sm"
        variant="default"
        onClick={open}
        rightSection={count > 0 ? <Badge>{count}</Badge> : undefined}
      >
        {t('runs.filter.label')}
      </Button>
      <Drawer
        opened={opened}
        onClose={close}
        title={t('runs.filter.label')}
        position="bottom"
        size="auto"
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <Stack gap="sm" pb="md">
          <FlowSelect
            size="sm"
            label={t('runs.filter.flow')}
            value={address.flow}
            onChange={(flow) => onChange({ flow, version: undefined })}
          />
          <Select
            size="sm"
            label={t('runs.filter.status')}
            placeholder={t('runs.filter.anyStatus')}
            clearable
            clearButtonProps={{ 'aria-label': t('common.clear') }}
            data={STATUSES.map((status) => ({ value: status, label: t(`common.runStatus.${status}`) }))}
            value={address.status ?? null}
            onChange={(status) => onChange({ status: status ?? undefined })}
          />
          <RangeSelect address={address} onChange={onChange} label={t('runs.filter.range')} />
          <MoreFields {...props} />
          <Button size="sm" onClick={close}>
            {t('runs.filter.show')}
          </Button>
        </Stack>
      </Drawer>
    </Group>
  );
}

function MoreFields({ address, onChange }: FilterProps) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      <Select
        label={t('runs.filter.mode')}
        placeholder={t('runs.filter.any')}
        clearable
        clearButtonProps={{ 'aria-label': t('common.clear') }}
        comboboxProps={{ withinPortal: false }}
        data={MODES.map((mode) => ({ value: mode, label: t(`runs.filter.modes.${mode}`) }))}
        value={address.mode ?? null}
        onChange={(mode) => onChange({ mode: mode ?? undefined })}
      />
      <Select
        label={t('runs.filter.trigger')}
        placeholder={t('runs.filter.any')}
        clearable
        clearButtonProps={{ 'aria-label': t('common.clear') }}
        comboboxProps={{ withinPortal: false }}
        data={TRIGGERS.map((trigger) => ({ value: trigger, label: t(`common.triggerKind.${trigger}`) }))}
        value={address.trigger ?? null}
        onChange={(trigger) => onChange({ trigger: trigger ?? undefined })}
      />
      <FailedStep address={address} onChange={onChange} />
      <LazyTextInput
        label={t('runs.filter.errorCode')}
        placeholder={t('runs.filter.errorCodeHint')}
        value={address.error_code ?? ''}
        onSettled={(error_code) => onChange({ error_code: error_code || undefined })}
      />
    </Stack>
  );
}

/** Chosen by name where the flow is known, else written as its id. */
function FailedStep({ address, onChange }: FilterProps) {
  const { t } = useTranslation();
  const steps = useStepsOf(address.flow);
  const change = (failed_step: string | null) => onChange({ failed_step: failed_step || undefined });
  const value = address.failed_step;
  if (steps.length === 0) {
    return (
      <LazyTextInput
        label={t('runs.filter.failedStep')}
        placeholder={t('runs.filter.failedStepHint')}
        value={value ?? ''}
        onSettled={change}
      />
    );
  }
  const data = steps.map(({ id, title }) => ({ value: id, label: title }));
  // A step of an older version keeps its word.
  if (value && !steps.some(({ id }) => id === value)) data.unshift({ value, label: value });
  return (
    <Select
      label={t('runs.filter.failedStep')}
      placeholder={t('runs.filter.any')}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t('common.clear') }}
      comboboxProps={{ withinPortal: false }}
      data={data}
      value={value ?? null}
      onChange={change}
    />
  );
}
