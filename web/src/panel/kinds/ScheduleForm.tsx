/** When the flow is started: said as people say it, told back as a sentence with the next times. */
import { Checkbox, Group, Loader, NumberInput, Paper, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData } from '@tanstack/react-query';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { api, problemOf } from '@/api/client';
import { language, say } from '@/i18n';
import { DurationInput } from '../fields/DurationInput';
import { FieldView } from '../fields/FieldView';
import { useTools } from '../fields/tools';
import { readCron, type Times, writeCron } from '../model/cron';
import { type KindFormProps, useKindFields } from './form';

type Way = Times['kind'] | 'every';
const WAYS: Way[] = ['minutes', 'hourly', 'daily', 'weekly', 'monthly', 'every', 'cron'];
/** Monday first, as calendars here have it. */
const DAYS = [1, 2, 3, 4, 5, 6, 0];

export function ScheduleForm(props: KindFormProps) {
  const { t } = useTranslation();
  const { value, setValue } = props;
  const { readOnly } = useTools();
  const { props: of, set } = useKindFields(props);
  const id = useId();
  const every = typeof value.every === 'string' ? value.every : undefined;
  const cron = typeof value.cron === 'string' ? value.cron : '';
  const times = readCron(cron);
  const way: Way = every !== undefined ? 'every' : times.kind;
  const give = (next: Times) => {
    const { every: _, ...rest } = value;
    setValue({ ...rest, cron: writeCron(next) });
  };
  const choose = (next: string | null) => {
    const at = 'at' in times ? times.at : '09:00';
    switch (next as Way) {
      case 'every': {
        const { cron: _, ...rest } = value;
        return setValue({ ...rest, every: '30m' });
      }
      case 'minutes':
        return give({ kind: 'minutes', every: 15 });
      case 'hourly':
        return give({ kind: 'hourly', minute: 0 });
      case 'daily':
        return give({ kind: 'daily', at });
      case 'weekly':
        return give({ kind: 'weekly', at, days: [1, 2, 3, 4, 5] });
      case 'monthly':
        return give({ kind: 'monthly', at, day: 1 });
      default:
        return give({ kind: 'cron', cron: cron ? `${cron} ` : '0 9-17 * * 1-5' });
    }
  };
  const zone = typeof value.timezone === 'string' ? value.timezone : undefined;
  return (
    <Stack gap="md">
      <Select
        label={t('panel.schedule.way')}
        data={WAYS.map((one) => ({ value: one, label: t(`panel.schedule.ways.${one}`) }))}
        value={way}
        onChange={choose}
        allowDeselect={false}
        disabled={readOnly}
        maw={300}
      />
      {way === 'every' && (
        <div>
          <Text id={id} size="xs" fw={550} mb={2}>
            {t('panel.schedule.every')}
          </Text>
          <DurationInput
            value={every}
            onChange={(next) => set('every', next ?? '30m')}
            labelId={id}
            disabled={readOnly}
          />
        </div>
      )}
      {every === undefined && <TimesInput times={times} onChange={give} />}
      <ZoneSelect value={zone} onChange={(next) => set('timezone', next)} />
      {every === undefined && <Coming cron={cron.trim()} zone={zone} />}
      <Select
        label={t('panel.schedule.missed')}
        data={(['skip', 'once', 'all'] as const).map((one) => ({
          value: one,
          label: t(`panel.schedule.missing.${one}`),
        }))}
        value={typeof value.missed === 'string' ? value.missed : 'skip'}
        onChange={(next) => set('missed', next === 'skip' ? undefined : (next ?? undefined))}
        allowDeselect={false}
        disabled={readOnly}
        maw={420}
      />
      {value.missed === 'all' && <FieldView {...of('max_missed')} />}
      <FieldView {...of('jitter')} />
    </Stack>
  );
}

function TimesInput({ times, onChange }: { times: Times; onChange: (next: Times) => void }) {
  const { t } = useTranslation();
  const { readOnly } = useTools();
  const names = new Intl.DateTimeFormat(language(), { weekday: 'short', timeZone: 'UTC' });
  if (times.kind === 'cron') {
    return (
      <TextInput
        label={t('panel.schedule.cron')}
        description={t('panel.schedule.cronLead')}
        value={times.cron}
        onChange={(event) => onChange({ kind: 'cron', cron: event.currentTarget.value })}
        readOnly={readOnly}
        ff="monospace"
      />
    );
  }
  if (times.kind === 'minutes') {
    return (
      <Select
        label={t('panel.schedule.minutes')}
        data={['1', '2', '5', '10', '15', '20', '30']}
        value={String(times.every)}
        onChange={(next) => next && onChange({ kind: 'minutes', every: Number(next) })}
        allowDeselect={false}
        disabled={readOnly}
        maw={160}
      />
    );
  }
  if (times.kind === 'hourly') {
    return (
      <NumberInput
        label={t('panel.schedule.minute')}
        value={times.minute}
        min={0}
        max={59}
        allowDecimal={false}
        onChange={(next) => typeof next === 'number' && onChange({ kind: 'hourly', minute: next })}
        disabled={readOnly}
        maw={160}
      />
    );
  }
  return (
    <Stack gap="sm">
      {times.kind === 'weekly' && (
        <Checkbox.Group
          label={t('panel.schedule.days')}
          value={times.days.map(String)}
          onChange={(next) => next.length > 0 && onChange({ ...times, days: next.map(Number) })}
          readOnly={readOnly}
        >
          <Group gap="sm" mt={4}>
            {DAYS.map((day) => (
              // 4 January 1970 was a Sunday.
              <Checkbox
                key={day}
                size="xs"
                value={String(day)}
                label={names.format(new Date((day + 3) * 86_400_000))}
              />
            ))}
          </Group>
        </Checkbox.Group>
      )}
      <Group gap="sm" align="flex-start">
        {times.kind === 'monthly' && (
          <NumberInput
            label={t('panel.schedule.day')}
            value={times.day}
            min={1}
            max={31}
            allowDecimal={false}
            onChange={(next) => typeof next === 'number' && onChange({ ...times, day: next })}
            disabled={readOnly}
            maw={140}
          />
        )}
        <TextInput
          type="time"
          label={t('panel.schedule.at')}
          value={times.at}
          onChange={(event) =>
            event.currentTarget.value && onChange({ ...times, at: event.currentTarget.value })
          }
          readOnly={readOnly}
          maw={140}
        />
      </Group>
    </Stack>
  );
}

const ZONES: string[] = Intl.supportedValuesOf('timeZone');

function ZoneSelect({ value, onChange }: { value?: string; onChange: (next?: string) => void }) {
  const { t } = useTranslation();
  const { readOnly } = useTools();
  return (
    <Select
      label={t('panel.schedule.zone')}
      data={value && !ZONES.includes(value) ? [value, ...ZONES] : ZONES}
      value={value ?? 'Asia/Taipei'}
      onChange={(next) => onChange(next ?? undefined)}
      searchable
      allowDeselect={false}
      limit={60}
      disabled={readOnly}
      maw={300}
    />
  );
}

/** What the server makes of it. */
function Coming({ cron, zone = 'Asia/Taipei' }: { cron: string; zone?: string }) {
  const { t } = useTranslation();
  const [asked] = useDebouncedValue(cron, 250);
  const preview = api.useQuery(
    'post',
    '/api/v1/schedules/preview',
    { body: { cron: asked, timezone: zone, count: 5 } },
    { placeholderData: keepPreviousData, retry: false, enabled: asked !== '' },
  );
  const format = new Intl.DateTimeFormat(language(), {
    dateStyle: 'full',
    timeStyle: 'short',
    timeZone: preview.data?.timezone ?? 'Asia/Taipei',
  });
  return (
    <Paper p="sm" bg="var(--cw-canvas)" role="status" aria-label={t('panel.schedule.coming')}>
      {preview.isError ? (
        <Text size="xs" c="var(--mantine-color-error)">
          {say(problemOf(preview.error).text)}
        </Text>
      ) : preview.data ? (
        <>
          <Text size="sm" fw={550}>
            {say(preview.data.sentence)}
          </Text>
          <Text size="xs" c="dimmed" mt={6}>
            {t('panel.schedule.coming')}
          </Text>
          {preview.data.next.slice(0, 5).map((at) => (
            <Text key={at} size="xs" className="numbers">
              {format.format(new Date(at))}
            </Text>
          ))}
        </>
      ) : (
        <Loader size="xs" />
      )}
    </Paper>
  );
}
