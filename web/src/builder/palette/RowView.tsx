/** One line of the palette. */
import { Badge } from '@mantine/core';
import { IconArrowMerge, IconChevronRight, IconUnlink } from '@tabler/icons-react';
import { type CSSProperties, memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStepTitle } from '@/api/catalogue';
import { ConnectorIcon } from '@/components/ConnectorIcon';
import { say } from '@/i18n';
import { lookOf } from '../canvas/kinds';
import c from './palette.module.css';
import type { Row } from './rows';

interface Props {
  id: string;
  row: Row;
  of: 'step' | 'trigger';
  active: boolean;
  onChoose: () => void;
  onPoint: () => void;
}

export const RowView = memo(function RowView({ id, row, of, active, onChoose, onPoint }: Props) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the search field has the focus and handles keys
    // biome-ignore lint/a11y/useFocusableInteractive: it is the active descendant of the search field
    <div
      id={id}
      role="option"
      aria-selected={active}
      className={c.row}
      onClick={onChoose}
      onPointerMove={() => active || onPoint()}
    >
      <Content row={row} of={of} />
    </div>
  );
});

/** Kinds that are told in fewer and plainer words than the server's, which are written for the form. */
const HINTED = [
  'approval',
  'branch',
  'call_flow',
  'for_each',
  'respond',
  'script',
  'stop',
  'wait',
  'called',
  'flow_failed',
  'manual',
  'schedule',
  'webhook',
] as const;

function Content({ row, of }: { row: Row; of: 'step' | 'trigger' }) {
  const { t } = useTranslation();
  const titleOf = useStepTitle();
  if (row.kind === 'part') {
    return (
      <Line
        icon={<Tile icon={<IconUnlink size={17} />} />}
        title={t('builder.palette.part')}
        text={t('builder.palette.partHint')}
      />
    );
  }
  if (row.kind === 'meet') {
    return (
      <Line
        icon={<Tile icon={<IconArrowMerge size={17} />} />}
        title={t('builder.palette.meet', { name: titleOf(row.step) })}
        text={t('builder.palette.meetHint')}
      />
    );
  }
  if (row.kind === 'system') {
    const count = row.system.entries.length;
    return (
      <Line
        icon={<ConnectorIcon name={row.system.name} size={30} />}
        title={say(row.system.title)}
        text={t(`builder.palette.count.${of}`, { count })}
        end={<IconChevronRight size={16} aria-hidden />}
      />
    );
  }
  const { entry } = row;
  const hintOf = (use: string) => {
    const known = HINTED.find((one) => one === use);
    return known && t(`builder.kinds.${known}`);
  };
  const { icon: Kind, tint } = lookOf(entry.use, of);
  return (
    <Line
      icon={
        entry.system ? (
          <ConnectorIcon name={entry.system} size={30} />
        ) : (
          <Tile icon={<Kind size={17} stroke={1.75} />} tint={tint} />
        )
      }
      title={say(entry.title)}
      system={entry.systemTitle && say(entry.systemTitle)}
      text={hintOf(entry.use) ?? say(entry.description)}
      end={
        entry.readOnly ? (
          <Badge color="gray">{t('builder.palette.reads')}</Badge>
        ) : (
          entry.way && <Badge color="gray">{t(`builder.palette.way.${entry.way}`)}</Badge>
        )
      }
    />
  );
}

function Tile({ icon, tint = 'gray' }: { icon: ReactNode; tint?: string }) {
  const colours = {
    '--tint': `var(--mantine-color-${tint}-light)`,
    '--ink': `var(--mantine-color-${tint}-light-color)`,
  } as CSSProperties;
  return (
    <span className={c.tile} style={colours} aria-hidden="true">
      {icon}
    </span>
  );
}

function Line({
  icon,
  title,
  system,
  text,
  end,
}: {
  icon: ReactNode;
  title: string;
  system?: string;
  text: string;
  end?: ReactNode;
}) {
  return (
    <>
      {icon}
      <span className={c.words}>
        <span className={c.title}>
          {title}
          {system && <span className={c.system}> · {system}</span>}
        </span>
        {/* Its marks for code mean nothing here. */}
        <span className={c.text}>{text.replaceAll('`', '')}</span>
      </span>
      {end}
    </>
  );
}
