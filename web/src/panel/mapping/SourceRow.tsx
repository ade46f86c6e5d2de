/** A piece of earlier data, with what the sample holds: to be picked, or dragged to a field. */
import { useTranslation } from 'react-i18next';
import { DRAGGED } from '../fields/tools';
import { type Found, inWords } from '../model/tree';
import classes from './mapping.module.css';

export function SourceRow({
  found: { place, source, trail },
  code,
  first,
  picked,
  onPick,
}: {
  found: Found;
  code: string;
  first: boolean;
  picked: boolean;
  onPick: () => void;
}) {
  const { t } = useTranslation();
  return (
    <>
      {first && <div className={classes.group}>{source.title}</div>}
      <button
        type="button"
        className={classes.source}
        style={{ paddingLeft: 12 + Math.max(0, trail.length - 1) * 14 }}
        data-source={code}
        aria-pressed={picked}
        title={code}
        draggable
        onDragStart={(event) => {
          event.dataTransfer.setData(DRAGGED, code);
          event.dataTransfer.effectAllowed = 'link';
        }}
        onClick={onPick}
      >
        <span className={classes.name}>{trail.at(-1) ?? t('panel.picker.whole')}</span>
        <span className={classes.sample}>
          {inWords(place.value, (count) => t('common.json.items', { count }))}
        </span>
      </button>
    </>
  );
}
