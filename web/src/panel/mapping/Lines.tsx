/** The lines between the two sides. They follow the rows as one scrolls; what is scrolled away ends at the edge. */
import { type RefObject, useEffect, useState } from 'react';
import classes from './mapping.module.css';

export interface Wire {
  from: string;
  to: string;
  through?: string;
  offered: boolean;
}
interface Drawn extends Wire {
  path: string;
  middle: { x: number; y: number };
  hidden: boolean;
}

export function Lines({
  frame,
  wires,
  picked,
}: {
  frame: RefObject<HTMLDivElement | null>;
  wires: Wire[];
  picked?: string;
}) {
  const [drawn, setDrawn] = useState<Drawn[]>([]);
  const told = JSON.stringify(wires);
  useEffect(() => {
    const box = frame.current;
    if (!box) return;
    const list = JSON.parse(told) as Wire[];
    let asked = 0;
    const draw = () => {
      asked = 0;
      setDrawn(list.flatMap((wire) => place(box, wire)));
    };
    const ask = () => {
      asked ||= requestAnimationFrame(draw);
    };
    draw();
    // The rows settle after their values were shown.
    const later = setTimeout(ask, 120);
    const scrolled = [...box.querySelectorAll('[data-scroll]')];
    for (const one of scrolled) one.addEventListener('scroll', ask, { passive: true });
    const size = new ResizeObserver(ask);
    size.observe(box);
    for (const one of scrolled) if (one.firstElementChild) size.observe(one.firstElementChild);
    return () => {
      cancelAnimationFrame(asked);
      clearTimeout(later);
      size.disconnect();
      for (const one of scrolled) one.removeEventListener('scroll', ask);
    };
  }, [frame, told]);
  return (
    <svg className={classes.lines} aria-hidden="true">
      {drawn.map((wire) => (
        <path
          key={`${wire.from} ${wire.to}`}
          d={wire.path}
          className={classes.wire}
          data-offered={wire.offered || undefined}
          data-hidden={wire.hidden || undefined}
          data-picked={wire.from === picked || undefined}
        />
      ))}
      {drawn
        .filter((wire) => wire.through && !wire.hidden)
        .map((wire) => (
          <g key={wire.to} transform={`translate(${wire.middle.x} ${wire.middle.y})`}>
            <rect className={classes.throughBox} x={-30} y={-9} width={60} height={18} rx={5} />
            <text className={classes.throughText} textAnchor="middle" y={4}>
              {(wire.through ?? '').slice(0, 9)}
            </text>
          </g>
        ))}
    </svg>
  );
}

function place(box: HTMLElement, wire: Wire): Drawn[] {
  const source = box.querySelector(`[data-source="${CSS.escape(wire.from)}"]`);
  const target = box.querySelector(`[data-target="${CSS.escape(wire.to)}"]`);
  if (!source || !target) return [];
  const frame = box.getBoundingClientRect();
  const [left, right] = [end(source, 'right'), end(target, 'left')];
  const [x1, y1] = [left.x - frame.left, left.y - frame.top];
  const [x2, y2] = [right.x - frame.left, right.y - frame.top];
  const bend = Math.max(30, (x2 - x1) / 2);
  const path = `M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`;
  const middle = { x: (x1 + x2) / 2, y: (y1 + y2) / 2 };
  return [{ ...wire, path, middle, hidden: left.hidden || right.hidden }];
}

/** Where a line meets a row: at its middle, or at the edge of what is seen. */
function end(row: Element, side: 'left' | 'right') {
  const own = row.getBoundingClientRect();
  const seen = (row.closest('[data-scroll]') ?? row).getBoundingClientRect();
  const middle = own.top + Math.min(own.height / 2, 16);
  const y = Math.min(Math.max(middle, seen.top), seen.bottom);
  return { x: side === 'right' ? seen.right : seen.left, y, hidden: y !== middle };
}
