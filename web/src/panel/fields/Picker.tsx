/** Finds a piece of earlier data by its name or by what the sample holds: type, arrow keys, Enter. */
import { Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, useId, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { language } from '@/i18n';
import { codeOf, type Found, inWords, type Source, search } from '../model/tree';
import classes from './fields.module.css';

export function Picker({
  sources,
  begun = '',
  onPick,
  onCancel,
}: {
  sources: Source[];
  /** What was typed before the picker was there to take it. */
  begun?: string;
  onPick: (code: string) => void;
  onCancel: () => void;
}) {
  const { t } = useTranslation();
  const [own, setLooked] = useState<string>();
  const looked = own ?? begun;
  const [at, setAt] = useState(0);
  const id = useId();
  const found = useMemo(() => search(sources, looked, language()), [sources, looked]);
  const take = (one: Found | undefined) => one && onPick(codeOf(one.place));

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const move = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (move) {
      event.preventDefault();
      setAt((now) => Math.max(0, Math.min(found.length - 1, now + move)));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      take(found[at]);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      onCancel();
    }
  };
  const option = (index: number) => `${id}-${index}`;
  return (
    <div className={classes.picker}>
      <TextInput
        data-autofocus
        role="combobox"
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={found.length ? option(at) : undefined}
        aria-label={t('panel.picker.search')}
        placeholder={t('panel.picker.search')}
        leftSection={<IconSearch size={14} aria-hidden />}
        value={looked}
        onChange={(event) => {
          setLooked(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label={t('panel.picker.label')}
        className={classes.options}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        {found.map((one, index) => (
          <Line
            key={`${one.source.key} ${codeOf(one.place)}`}
            id={option(index)}
            found={one}
            first={found[index - 1]?.source !== one.source}
            selected={index === at}
            onPick={() => take(one)}
            onOver={() => setAt(index)}
          />
        ))}
      </div>
      {found.length === 0 && (
        <Text size="xs" c="dimmed" px={8} pb={4} role="status">
          {t('panel.picker.none')}
        </Text>
      )}
    </div>
  );
}

function Line({
  id,
  found: { place, source, trail },
  first,
  selected,
  onPick,
  onOver,
}: {
  id: string;
  found: Found;
  first: boolean;
  selected: boolean;
  onPick: () => void;
  onOver: () => void;
}) {
  const { t } = useTranslation();
  return (
    <>
      {first && (
        <div className={classes.group} role="presentation">
          {source.title}
        </div>
      )}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the box above takes the keys for the whole list */}
      <div
        id={id}
        role="option"
        aria-selected={selected}
        tabIndex={-1}
        className={classes.option}
        ref={(element) => {
          if (selected) element?.scrollIntoView({ block: 'nearest' });
        }}
        onMouseDown={(event) => event.preventDefault()}
        onMouseMove={onOver}
        onClick={onPick}
        title={codeOf(place)}
      >
        <span>{trail.length ? trail.join(' › ') : t('panel.picker.whole')}</span>
        <span className={classes.sample}>
          {inWords(place.value, (count) => t('common.json.items', { count }))}
        </span>
      </div>
    </>
  );
}
