/** Conditions as rows that people read: a field, a comparison, a value. What fits no rows stays a formula. */
import { literal } from './modes';

export type Comparison =
  | 'equal'
  | 'different'
  | 'more'
  | 'atLeast'
  | 'less'
  | 'atMost'
  | 'contains'
  | 'lacks'
  | 'begins'
  | 'ends'
  | 'empty'
  | 'filled'
  | 'missing'
  | 'there'
  | 'yes'
  | 'no';

type Operand = { value: unknown } | { code: string };
export interface Row {
  /** What is looked at, as code. */
  left: string;
  /** It may be a number written as text. */
  numeric?: boolean;
  is: Comparison;
  right?: Operand;
}
export interface Rows {
  join: 'all' | 'any';
  rows: Row[];
}

const SIGNS: Partial<Record<Comparison, string>> = {
  equal: '==',
  different: '!=',
  more: '>',
  atLeast: '>=',
  less: '<',
  atMost: '<=',
};
const CALLS: Partial<Record<Comparison, string>> = {
  contains: 'contains',
  begins: 'starts_with',
  ends: 'ends_with',
};

export const takesValue = (is: Comparison) => is in SIGNS || is in CALLS || is === 'lacks';
export const comesNumeric = (is: Comparison) => ['more', 'atLeast', 'less', 'atMost'].includes(is);

/** The pieces between signs that stand outside of quotes and brackets. */
export function splitAt(code: string, signs: string[]): { parts: string[]; found: string[] } {
  const parts: string[] = [];
  const found: string[] = [];
  let depth = 0;
  let quote = '';
  let from = 0;
  for (let at = 0; at < code.length; at++) {
    const c = code[at] as string;
    if (quote) {
      if (c === '\\' && quote !== '`') at++;
      else if (c === quote) quote = '';
      continue;
    }
    if (c === '"' || c === '`' || c === "'") quote = c;
    else if ('([{'.includes(c)) depth++;
    else if (')]}'.includes(c)) depth--;
    else if (depth === 0) {
      const sign = signs.find((one) => code.startsWith(one, at));
      if (!sign) continue;
      parts.push(code.slice(from, at).trim());
      found.push(sign);
      at += sign.length - 1;
      from = at + 1;
    }
  }
  parts.push(code.slice(from).trim());
  return { parts, found };
}

function readOperand(code: string): Operand {
  try {
    const value: unknown = JSON.parse(code);
    if (value === null || typeof value === 'object') return { code };
    return { value };
  } catch {
    return { code };
  }
}

const call = (code: string, name: string): string[] | undefined => {
  if (!code.startsWith(`${name}(`) || !code.endsWith(')')) return undefined;
  const inner = code.slice(name.length + 1, -1);
  // The bracket that closes must be the one of this call.
  let depth = 0;
  for (const c of inner) {
    if (c === '(') depth++;
    if (c === ')' && --depth < 0) return undefined;
  }
  return splitAt(inner, [',']).parts;
};

function withLeft(left: string, rest: Omit<Row, 'left' | 'numeric'>): Row | undefined {
  if (left === '') return undefined;
  const inner = call(left, 'number');
  return inner?.length === 1 && inner[0] ? { left: inner[0], numeric: true, ...rest } : { left, ...rest };
}

function readRow(code: string): Row | undefined {
  const { parts, found } = splitAt(code, ['==', '!=', '>=', '<=', '=>', '>', '<', '+=', '-=']);
  if (found.length > 1 || found[0] === '=>') return undefined;
  const [left = '', right = ''] = parts;
  const sign = found[0];
  if (sign) {
    const is = (Object.keys(SIGNS) as Comparison[]).find((one) => SIGNS[one] === sign);
    if (!is || right === '') return undefined;
    if (right === '()') {
      if (is === 'equal') return withLeft(left, { is: 'missing' });
      if (is === 'different') return withLeft(left, { is: 'there' });
      return undefined;
    }
    return withLeft(left, { is, right: readOperand(right) });
  }
  const negative = left.startsWith('!');
  const plain = negative ? left.slice(1).trim() : left;
  const empty = call(plain, 'is_empty');
  if (empty?.length === 1) return withLeft(empty[0] ?? '', { is: negative ? 'filled' : 'empty' });
  for (const is of Object.keys(CALLS) as Comparison[]) {
    const args = call(plain, CALLS[is] as string);
    if (args?.length !== 2 || (negative && is !== 'contains')) continue;
    return withLeft(args[0] ?? '', { is: negative ? 'lacks' : is, right: readOperand(args[1] ?? '') });
  }
  // A bare value that is true or false; anything that computes more is left as a formula.
  if (!/^[A-Za-z_][\w.?[\]"]*(\(.*\))?$/.test(plain)) return undefined;
  return withLeft(plain, { is: negative ? 'no' : 'yes' });
}

/** The rows of a formula; `undefined` where it says more than rows can. */
export function readConditions(code: string): Rows | undefined {
  const text = code.trim();
  if (text === '') return { join: 'all', rows: [] };
  const { parts, found } = splitAt(text, ['&&', '||']);
  const kinds = new Set(found);
  if (kinds.size > 1) return undefined;
  const rows = parts.map(readRow);
  if (rows.some((row) => row === undefined)) return undefined;
  return { join: kinds.has('||') ? 'any' : 'all', rows: rows as Row[] };
}

function writeRow({ left, numeric, is, right }: Row): string {
  const looked = numeric ? `number(${left})` : left;
  const value = right === undefined ? '""' : 'code' in right ? right.code : literal(right.value);
  const sign = SIGNS[is];
  if (sign) return `${looked} ${sign} ${value}`;
  switch (is) {
    case 'missing':
      return `${looked} == ()`;
    case 'there':
      return `${looked} != ()`;
    case 'empty':
      return `is_empty(${looked})`;
    case 'filled':
      return `!is_empty(${looked})`;
    case 'lacks':
      return `!contains(${looked}, ${value})`;
    case 'no':
      return `!${looked}`;
    case 'yes':
      return looked;
    default:
      return `${CALLS[is]}(${looked}, ${value})`;
  }
}

export const writeConditions = ({ join, rows }: Rows): string =>
  rows
    .filter((row) => row.left !== '')
    .map(writeRow)
    .join(join === 'all' ? ' && ' : ' || ');

/** What is typed as a value, as the kind that it is compared with. */
export function typedValue(text: string, sample: unknown, before?: unknown): unknown {
  const like = before === undefined || before === '' ? sample : before;
  const isNumber = /^-?\d+(\.\d+)?$/.test(text.trim());
  if (isNumber && (typeof like === 'number' || typeof sample === 'number')) return Number(text);
  if (typeof sample === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

/** Whether a value reads as a number though it is text, as amounts often are. */
export const isNumberText = (value: unknown): boolean =>
  typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value.trim());
