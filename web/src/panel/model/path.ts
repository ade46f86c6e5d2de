/** Paths into data, as people pick them and as Rhai reads them: `steps.order.lines[0].sku`. */
import { isObject } from '@/lib/json';

export type Path = (string | number)[];

const NAME = /^[A-Za-z_]\w*$/;
/** Words that Rhai keeps to itself; behind a dot they do not parse. */
const KEPT = new Set(
  'true false let const if else switch do while loop for in until break continue return throw try catch fn private import export as this Fn call curry is_shared is_def_fn is_def_var type_of print debug eval global var static shared goto exit match case public protected new use with module package super thread spawn go await async sync yield default void null nil'.split(
    ' ',
  ),
);

/** As an expression. `maybe` says how many leading parts may be missing: the access after them is made with `?`. */
export function pathToCode(path: Path, maybe?: number): string {
  return path.reduce<string>((code, part, at) => {
    if (at === 0) return String(part);
    const safe = at === maybe ? '?' : '';
    if (typeof part === 'number') return `${code}${safe}[${part}]`;
    return NAME.test(part) && !KEPT.has(part)
      ? `${code}${safe}.${part}`
      : `${code}${safe}[${JSON.stringify(part)}]`;
  }, '');
}

const PART = /^(?:\??\.([A-Za-z_]\w*)|\??\[(?:(\d+)|"((?:[^"\\]|\\.)*)")\])/;

/** The path of an expression that is nothing else; `undefined` where it computes something. */
export function codeToPath(code: string): Path | undefined {
  const text = code.trim();
  const root = /^[A-Za-z_]\w*/.exec(text)?.[0];
  if (!root) return undefined;
  const path: Path = [root];
  let rest = text.slice(root.length);
  while (rest) {
    const part = PART.exec(rest);
    if (!part) return undefined;
    if (part[1] !== undefined) path.push(part[1]);
    else if (part[2] !== undefined) path.push(Number(part[2]));
    else {
      try {
        path.push(JSON.parse(`"${part[3]}"`));
      } catch {
        return undefined;
      }
    }
    rest = rest.slice(part[0].length);
  }
  return path;
}

/** What stands there; `undefined` where nothing does. */
export function lookUp(value: unknown, path: Path): unknown {
  let at = value;
  for (const part of path) {
    if (at === null || typeof at !== 'object') return undefined;
    at = (at as Record<string, unknown>)[part as string];
  }
  return at;
}

/** The same value with another at the path; all else is kept as it is. `undefined` takes the entry away. */
export function put(value: unknown, path: Path, next: unknown): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return next;
  if (Array.isArray(value) && typeof part === 'number') {
    const inner = put(value[part], rest, next);
    return inner === undefined
      ? value.filter((_, index) => index !== part)
      : value.map((old, index) => (index === part ? inner : old)).concat(part >= value.length ? [inner] : []);
  }
  const from = isObject(value) ? value : {};
  const inner = put(from[part], rest, next);
  if (inner === undefined) {
    const { [part]: _, ...others } = from;
    return others;
  }
  return { ...from, [part]: inner };
}
