/** The `{{ }}` holes of a text, found as the server finds them, whatever quotes and braces stand inside. */

type Piece = { text: string } | { code: string; from: number; to: number };

/** Past the closing quote that begins before `at`; -1 where there is none. */
function skipQuoted(text: string, at: number, quote: string): number {
  for (let i = at; i < text.length; i++) {
    const c = text[i];
    if (c === '\\' && quote !== '`') i++;
    else if (c === '$' && quote === '`' && text[i + 1] === '{') {
      let depth = 1;
      for (i += 2; depth > 0; i++) {
        const inner = text[i];
        if (inner === undefined) return -1;
        if (inner === '{') depth++;
        else if (inner === '}') depth--;
        else if (inner === '"' || inner === '`' || inner === "'") {
          const end = skipQuoted(text, i + 1, inner);
          if (end < 0) return -1;
          i = end - 1;
        }
      }
      i--;
    } else if (c === quote) return i + 1;
  }
  return -1;
}

/** Where the `}}` stands that closes a hole whose inside begins at `at`; -1 where none does. */
function closing(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    const c = text[i];
    if (c === '"' || c === '`' || c === "'") {
      const end = skipQuoted(text, i + 1, c);
      if (end < 0) return -1;
      i = end - 1;
    } else if (c === '/' && text[i + 1] === '*') {
      const end = text.indexOf('*/', i + 2);
      if (end < 0) return -1;
      i = end + 1;
    } else if (c === '{') depth++;
    else if (c === '}' && depth > 0) depth--;
    else if (c === '}' && text[i + 1] === '}') return i;
  }
  return -1;
}

/** Texts and holes in order. A hole that is not closed is text: the server says so. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let plain = '';
  let at = 0;
  for (;;) {
    const open = text.indexOf('{{', at);
    if (open < 0) break;
    if (text[open - 1] === '\\' && open > at) {
      plain += text.slice(at, open + 2);
      at = open + 2;
      continue;
    }
    const end = closing(text, open + 2);
    if (end < 0) break;
    plain += text.slice(at, open);
    if (plain) found.push({ text: plain });
    plain = '';
    found.push({ code: text.slice(open + 2, end), from: open, to: end + 2 });
    at = end + 2;
  }
  plain += text.slice(at);
  if (plain) found.push({ text: plain });
  return found;
}

/** The code of a text that is exactly one hole, which keeps its type; `undefined` for all else. */
export function wholeHole(value: unknown): string | undefined {
  if (typeof value !== 'string' || !value.startsWith('{{')) return undefined;
  const [only, ...more] = pieces(value);
  return more.length === 0 && only && 'code' in only ? only.code.trim() : undefined;
}

export const hole = (code: string) => `{{ ${code} }}`;
