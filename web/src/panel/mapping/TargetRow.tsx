/** A field of the step: what fills it, and what can be done about it. */
import { ActionIcon, Badge, Button, Menu, Text, Tooltip } from '@mantine/core';
import { IconCheck, IconMathFunction, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Preview } from '../fields/Preview';
import { DRAGGED, useTools } from '../fields/tools';
import { hole } from '../model/holes';
import { linkOf, type Target, through, unlink, without } from '../model/mapping';
import { pathToCode } from '../model/path';
import { type Found, inShort } from '../model/tree';
import classes from './mapping.module.css';

/** What is often done to a value on its way. */
const CHANGES = {
  trim: (code: string) => `trim(${code})`,
  upper: (code: string) => `to_upper(${code})`,
  text: (code: string) => `text(${code})`,
  number: (code: string) => `number(${code})`,
  round: (code: string) => `round(number(${code}), 0)`,
  date: (code: string) => `format_date(${code}, "yyyy-MM-dd")`,
  roc: (code: string) => `roc_date(${code}, "slash")`,
} as const;

export function TargetRow({
  target,
  value,
  code,
  lacking,
  suggestion,
  picked,
  onPut,
  onChange,
}: {
  target: Target;
  value: unknown;
  code: string;
  lacking: boolean;
  suggestion?: Found;
  /** Whether a source waits for its target. */
  picked: boolean;
  onPut: (code?: string) => void;
  onChange: (next: unknown) => void;
}) {
  const { t } = useTranslation();
  const { labelOf, readOnly } = useTools();
  const [over, setOver] = useState(false);
  const own = linkOf(value, target);
  const label = own?.from && labelOf(own.from);
  const name = target.trail.join(' › ');
  const depth = target.trail.length - 1;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping has its button too
    <div
      className={classes.target}
      style={{ paddingLeft: 16 + depth * 14 }}
      data-target={code}
      data-over={over || undefined}
      data-lacking={lacking || undefined}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(DRAGGED)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        onPut(event.dataTransfer.getData(DRAGGED));
      }}
    >
      <div className={classes.line}>
        <Text span size="sm" className={classes.name}>
          {target.title}
          {target.required && (
            <Text span c="red" aria-hidden>
              {' *'}
            </Text>
          )}
        </Text>
        {lacking && <Badge color="orange">{t('panel.mapping.needed')}</Badge>}
        <span className={classes.fill}>
          {own && (
            <span className={own.from ? classes.chip : classes.plain} title={own.code}>
              {own.through && <em>{own.through}</em>} {label ?? own.code ?? inShort(own.value, 60)}
            </span>
          )}
        </span>
        {picked && !readOnly && (
          <Button
            size="compact-xs"
            variant="light"
            onClick={() => onPut()}
            aria-label={t('panel.mapping.putHere', { field: name })}
          >
            {t('panel.mapping.here')}
          </Button>
        )}
        {!own && suggestion && !picked && !readOnly && (
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconCheck size={13} aria-hidden />}
            onClick={() => onPut(pathToCode(suggestion.place.path))}
            aria-label={t('panel.mapping.accept', { field: name, source: suggestion.trail.join(' › ') })}
          >
            {suggestion.trail.at(-1)}
          </Button>
        )}
        {own && !readOnly && !picked && (
          <>
            {own.code && (
              <Menu position="bottom-end">
                <Menu.Target>
                  <Tooltip label={t('panel.mapping.change')}>
                    <ActionIcon size="sm" aria-label={t('panel.mapping.changeOf', { field: name })}>
                      <IconMathFunction size={14} />
                    </ActionIcon>
                  </Tooltip>
                </Menu.Target>
                <Menu.Dropdown>
                  {own.through && (
                    <Menu.Item onClick={() => onChange(through(value, target, without))}>
                      {t('panel.mapping.changes.none')}
                    </Menu.Item>
                  )}
                  {(Object.keys(CHANGES) as (keyof typeof CHANGES)[]).map((one) => (
                    <Menu.Item key={one} onClick={() => onChange(through(value, target, CHANGES[one]))}>
                      {t(`panel.mapping.changes.${one}`)}
                    </Menu.Item>
                  ))}
                </Menu.Dropdown>
              </Menu>
            )}
            <Tooltip label={t('panel.field.clear')}>
              <ActionIcon
                size="sm"
                aria-label={t('panel.field.clearOf', { field: name })}
                onClick={() => onChange(unlink(value, target))}
              >
                <IconX size={14} />
              </ActionIcon>
            </Tooltip>
          </>
        )}
      </div>
      {own?.code && !target.list && <Preview text={hole(own.code)} bare={false} />}
    </div>
  );
}
