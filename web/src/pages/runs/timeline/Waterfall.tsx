/** The waterfall of a run: plain bars, told apart by their pattern as much as by colour, with a table as its twin. */
import { Group, SegmentedControl, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStepTitle } from '@/api/catalogue';
import { formatDuration } from '@/lib/format';
import type { RunView } from '../view/merge';
import classes from './Waterfall.module.css';
import { type Bar, type BarKind, type Waterfall as Layout, waterfall } from './waterfall';

const KINDS: BarKind[] = ['attempt', 'failed', 'pause', 'wait', 'loop'];

export function Waterfall({
  view,
  now,
  onSelect,
}: {
  view: RunView;
  now: number;
  onSelect: (step: string) => void;
}) {
  const { t } = useTranslation();
  const [as, setAs] = useState<'chart' | 'table'>('chart');
  const layout = waterfall(view, now);
  if (layout.rows.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('runs.timeline.nothingYet')}
      </Text>
    );
  }
  const kinds = KINDS.filter((kind) => layout.rows.some((row) => row.bars.some((bar) => bar.kind === kind)));
  return (
    <div>
      <Group justify="space-between" mb="xs">
        <Group gap="md">
          {as === 'chart' &&
            kinds.map((kind) => (
              <Group key={kind} gap={6}>
                <span className={classes.swatch} data-kind={kind} aria-hidden />
                <Text size="xs">{t(`runs.timeline.bar.${kind}`)}</Text>
              </Group>
            ))}
        </Group>
        <SegmentedControl
          aria-label={t('common.json.showAs')}
          value={as}
          onChange={(value) => setAs(value as 'chart' | 'table')}
          data={[
            { value: 'chart', label: t('runs.timeline.chart') },
            { value: 'table', label: t('common.json.table') },
          ]}
        />
      </Group>
      {as === 'chart' ? <Chart layout={layout} onSelect={onSelect} /> : <Twin layout={layout} />}
    </div>
  );
}

function useBarWords() {
  const { t } = useTranslation();
  return (bar: Bar) => {
    const what = bar.attempt
      ? t(bar.kind === 'failed' ? 'runs.timeline.attemptFailed' : 'runs.timeline.attempt', {
          number: bar.attempt,
        })
      : t(`runs.timeline.bar.${bar.kind}`);
    return `${what}: ${formatDuration(bar.to - bar.from)}${bar.open ? ` (${t('runs.timeline.goesOn')})` : ''}`;
  };
}

function Chart({ layout, onSelect }: { layout: Layout; onSelect: (step: string) => void }) {
  const { t } = useTranslation();
  const titleOf = useStepTitle();
  const words = useBarWords();
  const share = (ms: number) => `${(100 * ms) / layout.length}%`;
  return (
    <section className={classes.chart} aria-label={t('runs.timeline.chart')}>
      <div className={classes.axis} aria-hidden>
        {layout.ticks.map((tick) => (
          <span key={tick} className={classes.tick} style={{ left: share(tick) }}>
            {tick === 0 ? '0' : formatDuration(tick)}
          </span>
        ))}
      </div>
      {layout.rows.map(({ step, bars }) => {
        const last = bars.at(-1);
        const whole = last && bars[0] ? last.to - bars[0].from : 0;
        return (
          <div key={step.id} className={classes.row}>
            <button type="button" className={classes.name} onClick={() => onSelect(step.id)}>
              {titleOf(step)}
            </button>
            <div className={classes.lane}>
              {layout.ticks.map((tick) => (
                <span key={tick} className={classes.grid} style={{ left: share(tick) }} />
              ))}
              {bars.map((bar) => (
                <span
                  key={`${bar.kind} ${bar.from}`}
                  className={classes.bar}
                  data-kind={bar.kind}
                  data-open={bar.open || undefined}
                  role="img"
                  aria-label={words(bar)}
                  title={words(bar)}
                  style={{ left: share(bar.from), width: share(bar.to - bar.from) }}
                />
              ))}
            </div>
            <span className={`${classes.whole} numbers`}>{formatDuration(whole)}</span>
          </div>
        );
      })}
    </section>
  );
}

function Twin({ layout }: { layout: Layout }) {
  const { t } = useTranslation();
  const titleOf = useStepTitle();
  return (
    <Table aria-label={t('runs.timeline.chart')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('runs.timeline.step')}</Table.Th>
          <Table.Th>{t('runs.timeline.what')}</Table.Th>
          <Table.Th ta="right">{t('runs.timeline.after')}</Table.Th>
          <Table.Th ta="right">{t('runs.list.took')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {layout.rows.flatMap(({ step, bars }) =>
          bars.map((bar) => (
            <Table.Tr key={`${step.id} ${bar.kind} ${bar.from}`}>
              <Table.Td>{titleOf(step)}</Table.Td>
              <Table.Td>
                {bar.attempt
                  ? t(bar.kind === 'failed' ? 'runs.timeline.attemptFailed' : 'runs.timeline.attempt', {
                      number: bar.attempt,
                    })
                  : t(`runs.timeline.bar.${bar.kind}`)}
              </Table.Td>
              <Table.Td ta="right" className="numbers">
                {formatDuration(bar.from)}
              </Table.Td>
              <Table.Td ta="right" className="numbers">
                {formatDuration(bar.to - bar.from)}
                {bar.open && ` (${t('runs.timeline.goesOn')})`}
              </Table.Td>
            </Table.Tr>
          )),
        )}
      </Table.Tbody>
    </Table>
  );
}
