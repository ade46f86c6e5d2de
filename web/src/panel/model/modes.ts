/** How a value is written in a field: as it is, as text with data in it, or as a formula; and from one to another without loss. */
import type { Field } from './fields';
import { hole, pieces, wholeHole } from './holes';
import { codeToPath } from './path';

export type Mode = 'literal' | 'text' | 'formula';

export function modeOf(field: Pick<Field, 'kind' | 'fixed'>, value: unknown): Mode {
  if (field.kind === 'expression' || field.kind === 'script') return 'formula';
  if (typeof value !== 'string' || field.fixed) return 'literal';
  const code = wholeHole(value);
  if (code !== undefined) return codeToPath(code) ? 'text' : 'formula';
  return pieces(value).some((piece) => 'code' in piece) ? 'text' : 'literal';
}

/** As Rhai writes it. */
export function literal(value: unknown): string {
  if (value === null || value === undefined) return '()';
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value).map(([name, inner]) => {
      const key = /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
      return `${key}: ${inText(inner)}`;
    });
    return entries.length ? `#{ ${entries.join(', ')} }` : '#{}';
  }
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: Rhai has templates of its own
/** A value that may hold holes, as one formula. */
function inText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inText).join(', ')}]`;
  if (typeof value !== 'string') return literal(value);
  const code = wholeHole(value);
  if (code !== undefined) return code;
  const parts = pieces(value);
  if (!parts.some((piece) => 'code' in piece)) return literal(value.replaceAll('\\{{', '{{'));
  const written = parts.map((piece) =>
    'code' in piece
      ? `\${${piece.code.trim()}}`
      : piece.text.replaceAll('`', '``').replaceAll('${', '${"${"}'),
  );
  return `\`${written.join('')}\``;
}

// biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above

/** The formula that gives what the value gives; empty for nothing. */
export const toFormula = (value: unknown): string => (value === undefined ? '' : inText(value));

/** The value that a formula is, as plainly as it can be said; a hole where it computes something. */
export function fromFormula(code: string): unknown {
  const text = code.trim();
  if (text === '') return undefined;
  if (codeToPath(text) && !['true', 'false'].includes(text)) return hole(text);
  try {
    const plain: unknown = JSON.parse(text);
    if (plain === null || typeof plain === 'object') return hole(text);
    return typeof plain === 'string' ? plain.replaceAll('{{', '\\{{') : plain;
  } catch {
    return hole(text);
  }
}
