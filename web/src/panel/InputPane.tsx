/** What came before the step, as a tree with the sample's values. Values are dragged onto fields, or copied. */
import { Group, Stack, Text, TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconSearch } from '@tabler/icons-react';
import { type CSSProperties, type DragEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConnectorIcon } from '@/components/ConnectorIcon';
import { told } from '@/components/notify';
import { connectorOf } from '@/flow/use';
import { language } from '@/i18n';
import { DataChooser } from './DataChooser';
import type { Chosen } from './data/chosen';
import { MORE } from './data/sources';
import { DRAGGED } from './fields/tools';
import classes from './InputPane.module.css';
import { hole } from './model/holes';
import { codeOf, hasInside, inShort, inside, type Place, type Source, search } from './model/tree';

const PAGE = 60;

export function InputPane({ sources, chosen }: { sources: Source[]; chosen: Chosen }) {
  const { t } = useTranslation();
  const [looked, setLooked] = useState('');
  return (
    <Stack gap="sm">
      <DataChooser chosen={chosen} />
      <TextInput
        aria-label={t('panel.data.filter')}
        placeholder={t('panel.data.filter')}
        leftSection={<IconSearch size={14} aria-hidden />}
        value={looked}
        onChange={(event) => setLooked(event.currentTarget.value)}
      />
      {sources.length === 0 && (
        <Text size="xs" c="dimmed">
          {t('panel.data.empty')}
        </Text>
      )}
      {looked ? <Matches sources={sources} looked={looked} /> : <Tree sources={sources} />}
      <Text size="xs" c="dimmed">
        {t('panel.data.drag')}
      </Text>
    </Stack>
  );
}

function Tree({ sources }: { sources: Source[] }) {
  const { t } = useTranslation();
  return (
    <section aria-label={t('panel.data.before')}>
      {sources.map((source, at) => (
        <Branch
          key={source.key}
          place={source}
          source={source}
          depth={0}
          open={at < 3 && source.key !== MORE}
        />
      ))}
    </section>
  );
}

function Matches({ sources, looked }: { sources: Source[]; looked: string }) {
  const { t } = useTranslation();
  const found = search(sources, looked, language(), 80);
  if (found.length === 0) {
    return (
      <Text size="xs" c="dimmed" role="status">
        {t('panel.picker.none')}
      </Text>
    );
  }
  return (
    <div>
      {found.map(({ place, source, trail }) => (
        <Leaf
          key={`${source.key} ${codeOf(place)}`}
          place={place}
          label={[source.title, ...trail].join(' › ')}
          depth={0}
        />
      ))}
    </div>
  );
}

function Branch({
  place,
  source,
  depth,
  open: begins,
}: {
  place: Place;
  source?: Source;
  depth: number;
  open: boolean;
}) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(begins);
  const [shown, setShown] = useState(PAGE);
  if (!hasInside(place)) return <Leaf place={place} label={place.title} depth={depth} source={source} />;
  const Chevron = open ? IconChevronDown : IconChevronRight;
  const inner = open ? inside(place, language()) : [];
  // What is the only thing to go into is gone into.
  const only = inner.filter(hasInside).length === 1;
  return (
    <div>
      <Line place={place} depth={depth}>
        <button
          type="button"
          className={classes.toggle}
          aria-expanded={open}
          aria-label={place.title}
          onClick={() => setOpen(!open)}
        >
          <Chevron size={13} aria-hidden />
        </button>
        <Name place={place} label={place.title} source={source} />
        {Array.isArray(place.value) && (
          <span className={classes.value}>{t('common.json.items', { count: place.value.length })}</span>
        )}
      </Line>
      {open && (
        <div>
          {inner.slice(0, shown).map((one) => (
            <Branch key={String(one.path.at(-1))} place={one} depth={depth + 1} open={only} />
          ))}
          {inner.length > shown && (
            <button type="button" className={classes.more} onClick={() => setShown(shown + PAGE)}>
              {t('common.json.showMore', { count: inner.length - shown })}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function Leaf({
  place,
  label,
  depth,
  source,
}: {
  place: Place;
  label: string;
  depth: number;
  source?: Source;
}) {
  const { t } = useTranslation();
  return (
    <Line place={place} depth={depth}>
      <span className={classes.toggle} />
      <Name place={place} label={label} source={source} />
      <span className={classes.value} title={inShort(place.value, 500)}>
        {place.value === undefined ? t('panel.data.noValue') : inShort(place.value, 120)}
      </span>
    </Line>
  );
}

function Line({ place, depth, children }: { place: Place; depth: number; children: React.ReactNode }) {
  const drag = (event: DragEvent) => {
    const code = codeOf(place);
    event.dataTransfer.setData(DRAGGED, code);
    event.dataTransfer.setData('text/plain', hole(code));
    event.dataTransfer.effectAllowed = 'copy';
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is dragged can be copied by its button too
    <div className={classes.line} style={{ '--depth': depth } as CSSProperties} draggable onDragStart={drag}>
      {children}
    </div>
  );
}

function Name({ place, label, source }: { place: Place; label: string; source?: Source }) {
  const { t } = useTranslation();
  const code = codeOf(place);
  const connector = source?.use && connectorOf(source.use);
  const copy = () => {
    void navigator.clipboard?.writeText(hole(code));
    told(t('panel.data.copied'));
  };
  return (
    <button
      type="button"
      className={source ? classes.source : classes.name}
      onClick={copy}
      title={code}
      aria-label={`${label}: ${t('panel.data.use', { code })}`}
    >
      <Group gap={6} wrap="nowrap" component="span">
        {connector && <ConnectorIcon name={connector} size={16} />}
        {label}
      </Group>
    </button>
  );
}
