/** Filling a step in by drawing lines: earlier data left, the step's fields right, and what is still needed on top. */
import { Badge, Button, Group, Modal, Text, TextInput } from '@mantine/core';
import { IconAlertCircle, IconCircleCheck, IconSearch, IconSparkles } from '@tabler/icons-react';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { language } from '@/i18n';
import { DataChooser } from '../DataChooser';
import type { Chosen } from '../data/chosen';
import { useTools } from '../fields/tools';
import type { Field } from '../model/fields';
import { link, linkOf, missing, type Target, targetsOf } from '../model/mapping';
import { pathToCode } from '../model/path';
import { suggestions } from '../model/suggest';
import { search } from '../model/tree';
import { Lines, type Wire } from './Lines';
import classes from './mapping.module.css';
import { SourceRow } from './SourceRow';
import { TargetRow } from './TargetRow';

const MOST = 250;

export function MappingView({
  title,
  field,
  value,
  onChange,
  chosen,
  onClose,
}: {
  title: string;
  field: Field;
  value: unknown;
  onChange: (next: unknown) => void;
  chosen: Chosen;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { sources } = useTools();
  const lang = language();
  const [looked, setLooked] = useState('');
  const [picked, setPicked] = useState<string>();
  const frame = useRef<HTMLDivElement>(null);
  const found = useMemo(() => search(sources, looked, lang, MOST), [sources, looked, lang]);
  const targets = useMemo(() => targetsOf(field, value, lang), [field, value, lang]);
  const offered = useMemo(() => suggestions(targets, value, sources, lang), [targets, value, sources, lang]);
  const lacking = missing(value, targets);
  const byCode = useMemo(() => new Map(found.map((one) => [pathToCode(one.place.path), one])), [found]);

  const put = (target: Target, code: string) => {
    const one = byCode.get(code);
    if (!one) return;
    onChange(link(value, target, one.place.path, one.place.maybe));
    setPicked(undefined);
  };
  const acceptAll = () =>
    onChange(
      offered.reduce(
        (at, { target, found: one }) => link(at, target, one.place.path, one.place.maybe),
        value,
      ),
    );
  const wires: Wire[] = [
    ...targets.flatMap((target) => {
      const own = linkOf(value, target);
      return own?.from
        ? [
            {
              from: pathToCode(own.from),
              to: pathToCode(['', ...target.path]),
              through: own.through,
              offered: false,
            },
          ]
        : [];
    }),
    ...offered.map(({ target, found: one }) => ({
      from: pathToCode(one.place.path),
      to: pathToCode(['', ...target.path]),
      offered: true,
    })),
  ];
  return (
    <Modal
      opened
      onClose={onClose}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      size="calc(100vw - 48px)"
      centered
      title={t('panel.mapping.title', { step: title })}
      classNames={{ body: classes.body }}
      padding="md"
    >
      <Group justify="space-between" align="flex-end" mb="sm" wrap="nowrap">
        <div style={{ width: 280 }}>
          <DataChooser chosen={chosen} />
        </div>
        <Group gap="xs">
          <div role="status">
            {lacking.length ? (
              <Badge color="orange" size="lg" leftSection={<IconAlertCircle size={13} aria-hidden />}>
                {t('panel.mapping.missing', { count: lacking.length })}
              </Badge>
            ) : (
              <Badge color="teal" size="lg" leftSection={<IconCircleCheck size={13} aria-hidden />}>
                {t('panel.mapping.complete')}
              </Badge>
            )}
          </div>
          <Button
            variant="light"
            leftSection={<IconSparkles size={15} aria-hidden />}
            disabled={offered.length === 0}
            onClick={acceptAll}
          >
            {t('panel.mapping.acceptAll', { count: offered.length })}
          </Button>
        </Group>
      </Group>
      <Text size="xs" c="dimmed" mb="xs" role="status">
        {picked
          ? t('panel.mapping.nowTarget', { source: nameOf(byCode.get(picked)) })
          : t('panel.mapping.lead')}
      </Text>
      <div ref={frame} className={classes.frame}>
        <section className={classes.side} aria-label={t('panel.mapping.source')}>
          <TextInput
            m="xs"
            aria-label={t('panel.data.filter')}
            placeholder={t('panel.data.filter')}
            leftSection={<IconSearch size={14} aria-hidden />}
            value={looked}
            onChange={(event) => setLooked(event.currentTarget.value)}
          />
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached */}
          <div className={classes.scroll} data-scroll tabIndex={0}>
            {found.map((one, at) => {
              const code = pathToCode(one.place.path);
              return (
                <SourceRow
                  key={`${one.source.key} ${code}`}
                  found={one}
                  code={code}
                  first={found[at - 1]?.source !== one.source}
                  picked={picked === code}
                  onPick={() => setPicked(picked === code ? undefined : code)}
                />
              );
            })}
          </div>
        </section>
        <section className={classes.side} aria-label={t('panel.mapping.target')} data-targets>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached */}
          <div className={classes.scroll} data-scroll tabIndex={0}>
            {targets.map((target) => (
              <TargetRow
                key={target.path.join('.')}
                target={target}
                value={value}
                code={pathToCode(['', ...target.path])}
                lacking={lacking.includes(target)}
                suggestion={offered.find((one) => one.target === target)?.found}
                picked={picked !== undefined}
                onPut={(code) => put(target, code ?? picked ?? '')}
                onChange={onChange}
              />
            ))}
          </div>
        </section>
        <Lines frame={frame} wires={wires} picked={picked} />
      </div>
    </Modal>
  );
}

const nameOf = (one: { source: { title: string }; trail: string[] } | undefined) =>
  one ? [one.source.title, ...one.trail].join(' › ') : '';
