/** Which field of a step's input comes from where: read off the values, and written back into them. */
import type { Language } from '@/i18n';
import { splitAt } from './conditions';
import { type Field, groupFields, itemField } from './fields';
import { hole, wholeHole } from './holes';
import { literal } from './modes';
import { codeToPath, lookUp, type Path, pathToCode, put } from './path';

export interface Target {
  /** In the step's input; the item of a list is at 0. */
  path: Path;
  title: string;
  trail: string[];
  field: Field;
  required: boolean;
  /** The list whose items have this field. */
  list?: Path;
}

/** All fields that can be filled in, lists by one item. */
export function targetsOf(root: Field, value: unknown, language: Language): Target[] {
  const found: Target[] = [];
  const walk = (
    field: Field,
    at: unknown,
    path: Path,
    trail: string[],
    list: Path | undefined,
    needed: boolean,
  ) => {
    for (const inner of groupFields(field, at ?? {}, language)) {
      if (inner.fixed) continue;
      const own = [...path, inner.name];
      const titles = [...trail, inner.title];
      const required = needed && inner.required;
      found.push({ path: own, title: inner.title, trail: titles, field: inner, required, list });
      if (own.length > 8) continue;
      if (inner.kind === 'group') walk(inner, lookUp(at, [inner.name]), own, titles, list, required);
      // Lists in lists are filled in by a formula.
      if (inner.kind === 'list' && !list) {
        const item = itemField(inner, language);
        if (item.kind === 'group') walk(item, {}, [...own, 0], titles, own, required);
      }
    }
  };
  walk(root, value, [], [], undefined, true);
  return found;
}

/** A list that is made item by item from another: `source.map(|line| #{ sku: line.code })`. */
interface Mapped {
  source: string;
  variable: string;
  fields: [name: string, code: string][];
}

export function readMapped(code: string): Mapped | undefined {
  const head = /^(.*?)\.map\(\s*\|\s*([A-Za-z_]\w*)\s*\|\s*#\{([\s\S]*)\}\s*\)$/.exec(code.trim());
  if (!head?.[1] || !head[2] || !codeToPath(head[1])) return undefined;
  const fields: [string, string][] = [];
  for (const part of splitAt(head[3] ?? '', [',']).parts) {
    if (part === '') continue;
    const entry = /^(?:([A-Za-z_]\w*)|"((?:[^"\\]|\\.)*)")\s*:\s*([\s\S]+)$/.exec(part);
    if (!entry?.[3]) return undefined;
    fields.push([entry[1] ?? (JSON.parse(`"${entry[2]}"`) as string), entry[3]]);
  }
  return { source: head[1], variable: head[2], fields };
}

export function writeMapped({ source, variable, fields }: Mapped): string {
  const entries = fields.map(
    ([name, code]) => `${/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name)}: ${code}`,
  );
  return `${source}.map(|${variable}| #{ ${entries.join(', ')} })`;
}

export interface Link {
  /** As it stands in the input: a plain value, or code. */
  value?: unknown;
  code?: string;
  /** What it comes from, where that is plain data, perhaps through one function. */
  from?: Path;
  /** The function between. */
  through?: string;
}

/** How a target is filled in; `undefined` where it is not. */
export function linkOf(value: unknown, target: Target): Link | undefined {
  if (target.list) {
    const list = lookUp(value, target.list);
    const mapped = readMapped(wholeHole(list) ?? '');
    if (mapped) {
      // Only fields of the item itself; groups in it are formulas.
      const name = target.path.slice(target.list.length + 1);
      const code = name.length === 1 ? mapped.fields.find(([one]) => one === name[0])?.[1] : undefined;
      if (code === undefined) return undefined;
      return { code, ...plainly(code, { [mapped.variable]: codeToPath(mapped.source) ?? [] }) };
    }
    if (typeof list === 'string') return undefined;
  }
  const own = lookUp(value, target.path);
  if (own === undefined) return undefined;
  const code = wholeHole(own);
  return code === undefined ? { value: own } : { code, ...plainly(code, {}) };
}

/** The data behind code that is a path, or a function of one. */
function plainly(code: string, items: Record<string, Path>): Pick<Link, 'from' | 'through'> {
  const call = /^([a-z_]\w*)\(([\s\S]*)\)$/.exec(code.trim());
  const [inner = code] = call ? splitAt(call[2] ?? '', [',']).parts : [code];
  const path = codeToPath(inner);
  if (!path) return {};
  const list = items[String(path[0])];
  return {
    from: list ? [...list, 0, ...path.slice(1)] : path,
    ...(call?.[1] ? { through: call[1] } : {}),
  };
}

/** The input with the target filled from a piece of data. */
export function link(value: unknown, target: Target, from: Path, maybe?: number): unknown {
  const at = from.findIndex((part) => typeof part === 'number');
  if (!target.list) return put(value, target.path, hole(pathToCode(from, maybe)));
  const name = String(target.path.at(-1));
  const nested = target.path.length > target.list.length + 2;
  const list = lookUp(value, target.list);
  const old = readMapped(wholeHole(list) ?? '');
  const source = at > 0 ? pathToCode(from.slice(0, at), maybe) : old?.source;
  // Fixed items are filled one by one.
  if (nested || source === undefined || Array.isArray(list))
    return put(value, target.path, hole(pathToCode(from, maybe)));
  const variable = old?.source === source ? old.variable : 'line';
  const inner =
    at > 0 && from[at] === 0 ? pathToCode([variable, ...from.slice(at + 1)]) : pathToCode(from, maybe);
  const kept = old?.source === source ? old.fields.filter(([one]) => one !== name) : [];
  return put(value, target.list, hole(writeMapped({ source, variable, fields: [...kept, [name, inner]] })));
}

/** The input without what fills the target. */
export function unlink(value: unknown, target: Target): unknown {
  const mapped = target.list && readMapped(wholeHole(lookUp(value, target.list)) ?? '');
  if (!target.list || !mapped) return put(value, target.path, undefined);
  const fields = mapped.fields.filter(([one]) => one !== target.path.at(-1));
  return put(value, target.list, fields.length ? hole(writeMapped({ ...mapped, fields })) : undefined);
}

/** The input with a function put around what fills the target; none takes it away. */
export function through(value: unknown, target: Target, change: (code: string) => string): unknown {
  const own = linkOf(value, target);
  if (!own) return value;
  const code = own.code ?? literal(own.value);
  const mapped = target.list && readMapped(wholeHole(lookUp(value, target.list)) ?? '');
  if (!target.list || !mapped) return put(value, target.path, hole(change(code)));
  const fields = mapped.fields.map(([name, old]): [string, string] => [
    name,
    name === target.path.at(-1) ? change(old) : old,
  ]);
  return put(value, target.list, hole(writeMapped({ ...mapped, fields })));
}

/** The innermost argument of a call: `trim(a.b)` is `a.b`. */
export function without(code: string): string {
  const call = /^[a-z_]\w*\(([\s\S]*)\)$/.exec(code.trim());
  return call ? (splitAt(call[1] ?? '', [',']).parts[0] ?? code) : code;
}

/** What is needed and not filled in. A list that a formula gives counts for its items; items count where there are some. */
export function missing(value: unknown, targets: Target[]): Target[] {
  return targets.filter((target) => {
    if (!target.required) return false;
    if (target.list) {
      const list = lookUp(value, target.list);
      if (list === undefined) return false;
      if (typeof list === 'string' && !readMapped(wholeHole(list) ?? '')) return false;
      if (Array.isArray(list) && list.length === 0) return false;
    }
    // What stands around it may be given as a whole.
    for (let length = 1; length < target.path.length; length++) {
      if (typeof lookUp(value, target.path.slice(0, length)) === 'string' && !target.list) return false;
    }
    return linkOf(value, target) === undefined;
  });
}
