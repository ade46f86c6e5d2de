/** What stands on the lines: the names of exits, where ways meet, and the places for new steps. */
import { IconAlertTriangle, IconPlus } from '@tabler/icons-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Layout, Meeting, Place, Wire } from '@/flow/layout';
import c from './canvas.module.css';
import { usePortName } from './ports';

export const Labels = memo(function Labels({
  layout,
  onPlus,
  onJoin,
}: {
  layout: Layout;
  /** Absent: nothing can be put in. */
  onPlus?: (place: Place) => void;
  onJoin?: (id: string, join: 'any' | 'all') => void;
}) {
  return (
    <>
      {layout.meetings.map((meeting) => (
        <div
          key={meeting.id}
          className={c.label}
          style={{
            transform: `translate(${meeting.x}px,${meeting.y}px)`,
            width: meeting.width,
            height: meeting.height,
          }}
        >
          <MeetingName meeting={meeting} onJoin={onJoin} />
        </div>
      ))}
      {layout.wires.map((wire) => (
        <Label key={wire.id} wire={wire} onPlus={onPlus} />
      ))}
    </>
  );
});

function MeetingName({
  meeting,
  onJoin,
}: {
  meeting: Meeting;
  onJoin?: (id: string, join: 'any' | 'all') => void;
}) {
  const { t } = useTranslation();
  const name = t(`builder.canvas.join.${meeting.join ?? 'one'}`);
  if (!onJoin) return <span className={c.meeting}>{name}</span>;
  const other = meeting.join === 'any' ? 'all' : 'any';
  return (
    <button
      type="button"
      className={`${c.meeting} nopan nodrag`}
      tabIndex={-1}
      title={t(`builder.canvas.joinHint.${meeting.join ?? 'one'}`)}
      onClick={() => onJoin(meeting.id, other)}
    >
      {name}
    </button>
  );
}

const Label = memo(function Label({ wire, onPlus }: { wire: Wire; onPlus?: (place: Place) => void }) {
  const { t } = useTranslation();
  const portName = usePortName();
  const { port, place } = wire;
  if (!port && !onPlus) return null;
  return (
    <div
      className={c.label}
      style={{ transform: `translate(${wire.at.x}px,${wire.at.y}px) translate(-50%,-50%)` }}
    >
      {port && (
        <span className={c.pill} data-error={wire.error || undefined} title={portName(port)}>
          {wire.error && <IconAlertTriangle size={11} aria-hidden />}
          {portName(port)}
        </span>
      )}
      {onPlus && place && (
        <button
          type="button"
          className={`${c.plus} nopan nodrag`}
          // Reached by keyboard from the cards, with `+`; two hundred more stops would be in the way.
          tabIndex={-1}
          aria-label={t('builder.canvas.insert')}
          data-plus={wire.id}
          onClick={() => onPlus(place)}
        >
          <IconPlus size={12} stroke={2.25} aria-hidden />
        </button>
      )}
      {onPlus && place && wire.from === null && !wire.to && (
        <button type="button" className={`${c.first} nopan nodrag`} onClick={() => onPlus(place)}>
          {t(wire.loop === null ? 'builder.canvas.first' : 'builder.canvas.firstInside')}
        </button>
      )}
    </div>
  );
});
