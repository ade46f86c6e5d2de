/** How connectors' icons are to be drawn: those of one colour take the reader's, light or dark. */
import { useEffect, useState } from 'react';

type IconKind = 'coloured' | 'plain' | 'missing';

export const iconUrl = (name: string) => `/api/v1/connectors/${encodeURIComponent(name)}/icon`;

const known = new Map<string, IconKind | Promise<IconKind>>();

/** An icon that names no colour of its own is only a shape: it would be black on a dark page. */
async function look(name: string): Promise<IconKind> {
  try {
    const answer = await fetch(iconUrl(name));
    if (!answer.ok) return 'missing';
    return (await answer.text()).includes('currentColor') ? 'plain' : 'coloured';
  } catch {
    known.delete(name);
    return 'missing';
  }
}

/** Undefined until it is known. */
export function useIconKind(name: string | undefined): IconKind | undefined {
  const found = name === undefined ? undefined : known.get(name);
  const [kind, setKind] = useState(typeof found === 'string' ? found : undefined);
  useEffect(() => {
    if (name === undefined) return;
    let asked = known.get(name);
    if (asked === undefined) {
      asked = look(name);
      known.set(name, asked);
      void asked.then((next) => known.has(name) && known.set(name, next));
    }
    let here = true;
    if (typeof asked === 'string') setKind(asked);
    else void asked.then((next) => here && setKind(next));
    return () => {
      here = false;
    };
  }, [name]);
  return typeof found === 'string' ? found : kind;
}

/** A shape in the colour of the text around it. */
export const shapeOf = (name: string, size: number) => ({
  display: 'block',
  flex: 'none',
  width: size,
  height: size,
  background: 'currentColor',
  mask: `url("${iconUrl(name)}") center / contain no-repeat`,
});
