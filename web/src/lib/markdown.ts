/** The part of Markdown that our own texts use, read into blocks; nothing in it can become anything but text and links. */

export type Inline =
  | { kind: 'text' | 'code' | 'strong' | 'em'; text: string }
  | { kind: 'link'; text: string; href: string };
export type Block =
  | { kind: 'heading'; level: number; text: Inline[] }
  | { kind: 'paragraph'; text: Inline[] }
  | { kind: 'list'; ordered: boolean; items: Inline[][] }
  | { kind: 'code'; code: string }
  | { kind: 'table'; head: Inline[][]; rows: Inline[][][] };

const ITEM = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/;
const FENCE = /^\s*(`{3,}|~{3,})/;
const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const RULER = /^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$/;

export function readMarkdown(text: string): Block[] {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] as string;
    const fence = FENCE.exec(line)?.[1];
    const heading = HEADING.exec(line);
    if (line.trim() === '') {
      at++;
    } else if (fence) {
      const end = lines.findIndex((later, index) => index > at && later.trim().startsWith(fence));
      const close = end < 0 ? lines.length : end;
      blocks.push({ kind: 'code', code: lines.slice(at + 1, close).join('\n') });
      at = close + 1;
    } else if (heading) {
      blocks.push({ kind: 'heading', level: (heading[1] as string).length, text: inline(heading[2] ?? '') });
      at++;
    } else if (line.includes('|') && RULER.test(lines[at + 1] ?? '')) {
      const end = after(lines, at + 2, (later) => later.includes('|'));
      blocks.push({
        kind: 'table',
        head: cells(line),
        rows: lines.slice(at + 2, end).map(cells),
      });
      at = end;
    } else if (ITEM.test(line)) {
      const end = after(lines, at, (later) => ITEM.test(later) || /^\s{2,}\S/.test(later));
      blocks.push(list(lines.slice(at, end)));
      at = end;
    } else {
      const end = after(
        lines,
        at + 1,
        (later) => later.trim() !== '' && !FENCE.test(later) && !HEADING.test(later) && !ITEM.test(later),
      );
      blocks.push({ kind: 'paragraph', text: inline(lines.slice(at, end).reduce(joined)) });
      at = end;
    }
  }
  return blocks;
}

function after(lines: string[], from: number, belongs: (line: string) => boolean): number {
  let at = from;
  while (at < lines.length && belongs(lines[at] as string)) at++;
  return at;
}

const WIDE = /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]/;
/** Lines become one; between Chinese characters a break is no space. */
function joined(before: string, line: string): string {
  const next = line.trim();
  const narrow = WIDE.test(before.at(-1) ?? '') && WIDE.test(next[0] ?? '');
  return before.trimEnd() + (narrow ? '' : ' ') + next;
}

function list(lines: string[]): Block {
  const items: string[] = [];
  for (const line of lines) {
    const item = ITEM.exec(line);
    if (item) items.push(item[2] ?? '');
    else items.push(joined(items.pop() ?? '', line));
  }
  return { kind: 'list', ordered: ITEM.exec(lines[0] ?? '')?.[1] !== undefined, items: items.map(inline) };
}

const cells = (line: string): Inline[][] =>
  line
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => inline(cell.trim().replaceAll('\\|', '|')));

const SPAN = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|\[([^\]]+)\]\(([^)\s]+)\)/;

export function inline(text: string): Inline[] {
  const parts: Inline[] = [];
  let rest = text;
  for (let found = SPAN.exec(rest); found; found = SPAN.exec(rest)) {
    if (found.index > 0) parts.push({ kind: 'text', text: rest.slice(0, found.index) });
    const [whole, code, strong, em, label, href] = found;
    if (code !== undefined) parts.push({ kind: 'code', text: code });
    else if (strong !== undefined) parts.push({ kind: 'strong', text: strong });
    else if (em !== undefined) parts.push({ kind: 'em', text: em });
    // Links into a repository's files lead nowhere from here.
    else if (/^https?:\/\//.test(href ?? '')) {
      parts.push({ kind: 'link', text: label ?? '', href: href ?? '' });
    } else parts.push({ kind: 'text', text: label ?? '' });
    rest = rest.slice(found.index + whole.length);
  }
  if (rest) parts.push({ kind: 'text', text: rest });
  return parts;
}

/** The words of a line, without its marks. */
export const plainWords = (text: string): string =>
  inline(text)
    .map((part) => part.text)
    .join('');
