/** What stands beside the canvas, as wide as one likes. */
import { useLocalStorage, useMediaQuery } from '@mantine/hooks';
import type { KeyboardEvent, PointerEvent, ReactNode, Ref } from 'react';
import { useTranslation } from 'react-i18next';
import c from './builder.module.css';

const LEAST = 380;
const MOST = 900;
const STEP = 24;

export function Side({
  label,
  ref,
  onLeave,
  children,
}: {
  label: string;
  ref: Ref<HTMLElement>;
  /** Escape leads back to the flow. */
  onLeave: () => void;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  const [width, setWidth] = useLocalStorage({
    key: 'causeway.panel-width',
    defaultValue: 460,
    getInitialValueInEffect: false,
  });
  const narrow = useMediaQuery('(max-width: 1080px)') ?? false;
  const phone = useMediaQuery('(max-width: 767px)') ?? false;
  const shown = narrow ? Math.min(width, 520) : width;
  const set = (next: number) => setWidth(Math.round(Math.min(MOST, Math.max(LEAST, next))));
  const grab = (event: PointerEvent<HTMLElement>) => {
    const begin = event.clientX + width;
    const move = (next: globalThis.PointerEvent) => set(begin - next.clientX);
    const end = () => {
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', end);
    };
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', end);
    event.preventDefault();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowLeft') set(width + STEP);
    else if (event.key === 'ArrowRight') set(width - STEP);
    else return;
    event.preventDefault();
  };
  /** Not where it closed something within, and not from a dialog that lies over it. */
  const leave = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    if (event.currentTarget.contains(event.target as Node)) onLeave();
  };
  return (
    <aside
      ref={ref}
      className={c.side}
      aria-label={label}
      style={{ width: phone ? '100%' : shown }}
      onKeyDown={leave}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: a rule cannot be moved */}
      <div
        className={c.handle}
        role="separator"
        aria-orientation="vertical"
        aria-label={t('builder.side.resize')}
        aria-valuenow={width}
        aria-valuemin={LEAST}
        aria-valuemax={MOST}
        tabIndex={0}
        onPointerDown={grab}
        onKeyDown={onKeyDown}
      />
      <div className={c.content}>{children}</div>
    </aside>
  );
}
