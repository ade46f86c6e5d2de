/** The filters that are on, each to be taken off. */
import { Button, Group, Pill } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFlowNames } from '@/api/flows';
import { formatTime } from '@/lib/format';
import { type Address, MODES, type Plain, STATUSES, TRIGGERS, taken } from './filter';

export function Taken({
  address,
  onRemove,
  onClear,
}: {
  address: Address;
  onRemove: (patch: Address) => void;
  onClear: () => void;
}) {
  const { t } = useTranslation();
  const nameOf = useFlowNames();
  const fields = taken(address);
  if (fields.length === 0) return null;

  const rangeWords = (): string => {
    const { range, from, to } = address;
    const known = (['1h', 'today', '24h', '7d', '30d'] as const).find((one) => one === range);
    if (known) return t(`runs.filter.ranges.${known}`);
    if (from && to) return t('runs.filter.taken.between', { from: formatTime(from), to: formatTime(to) });
    if (from) return t('runs.filter.taken.since', { from: formatTime(from) });
    return t('runs.filter.taken.until', { to: to ? formatTime(to) : '' });
  };
  const valueWords = (field: Plain): string => {
    const value = address[field] ?? '';
    const known = <T extends string>(all: readonly T[]) => all.find((one) => one === value);
    const status = known(STATUSES);
    const trigger = known(TRIGGERS);
    const mode = known(MODES);
    if (field === 'flow') return nameOf(value);
    if (field === 'status' && status) return t(`common.runStatus.${status}`);
    if (field === 'trigger' && trigger) return t(`common.triggerKind.${trigger}`);
    if (field === 'mode' && mode) return t(`runs.filter.modes.${mode}`);
    return value;
  };
  return (
    <Group gap={6} mt="sm">
      {fields.map((field) => {
        const words = t(`runs.filter.taken.${field}`, {
          value: field === 'range' ? rangeWords() : valueWords(field),
        });
        const off: Address =
          field === 'range' ? { range: undefined, from: undefined, to: undefined } : { [field]: undefined };
        return (
          <Pill
            key={field}
            withRemoveButton
            onRemove={() => onRemove(field === 'flow' ? { ...off, version: undefined } : off)}
            removeButtonProps={{
              'aria-label': t('runs.filter.remove', { name: words }),
              'aria-hidden': false,
              tabIndex: 0,
            }}
          >
            {words}
          </Pill>
        );
      })}
      <Button size="compact-xs" variant="subtle" onClick={onClear}>
        {t('runs.filter.clear')}
      </Button>
    </Group>
  );
}
