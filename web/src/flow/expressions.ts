/** Step ids inside of formulas: the holes of texts, and the fields that are formulas as a whole. */
import { parseRef, refOf } from './exits';
import type { FlowDocument, Step } from './types';
import { mapSteps } from './walk';

type Renames = ReadonlyMap<string, string>;

/** A string or a comment, which is left alone, or a reference: `steps.a`, `errors?.a`, `steps["a"]`. */
const PARTS =
  /(?<![\w.])(steps|errors)(\s*\??\.\s*)([a-z0-9_]+)|(?<![\w.])(steps|errors)(\s*\[\s*")([a-z0-9_]+)(?="\s*\])|"(?:\\.|[^"\\])*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

export function renameInFormula(code: string, renames: Renames): string {
  return code.replace(PARTS, (all, root, dot, id, root2, bracket, id2) => {
    const found = renames.get(id ?? id2);
    if (found === undefined) return all;
    return id ? `${root}${dot}${found}` : `${root2}${bracket}${found}`;
  });
}

/** Where the holes of a text begin and end, their braces included. */
export function holesOf(text: string): [start: number, end: number][] {
  const holes: [number, number][] = [];
  for (let start = text.indexOf('{{'); start >= 0; ) {
    const end = endOfHole(text, start + 2);
    holes.push([start, end]);
    start = text.indexOf('{{', end);
  }
  return holes;
}

/** The place after the `}}` that closes a hole: braces nest, and those in strings do not count. */
function endOfHole(text: string, from: number): number {
  let quote = '';
  let open = 0;
  for (let at = from; at < text.length; at++) {
    const letter = text[at] as string;
    if (quote) {
      if (letter === '\\' && quote !== '`') at++;
      else if (letter === quote) quote = '';
    } else if (letter === '"' || letter === "'" || letter === '`') quote = letter;
    else if (letter === '{') open++;
    else if (letter === '}' && open > 0) open--;
    else if (letter === '}' && text[at + 1] === '}') return at + 2;
  }
  return text.length;
}

export function renameInText(text: string, renames: Renames): string {
  let result = '';
  let done = 0;
  for (const [start, end] of holesOf(text)) {
    result += text.slice(done, start) + renameInFormula(text.slice(start, end), renames);
    done = end;
  }
  return result + text.slice(done);
}

/** Members that are formulas without holes, by kind. */
const FORMULAS: Record<string, (path: (string | number)[]) => boolean> = {
  script: ([first]) => first === 'code',
  branch: (path) => path[0] === 'cases' && path.at(-1) === 'when',
  for_each: ([first]) => first === 'key',
};

function renameIn(value: unknown, renames: Renames, isFormula: (path: (string | number)[]) => boolean) {
  const walk = (at: unknown, path: (string | number)[]): unknown => {
    if (typeof at === 'string') {
      return isFormula(path) ? renameInFormula(at, renames) : renameInText(at, renames);
    }
    if (Array.isArray(at)) return at.map((one, index) => walk(one, [...path, index]));
    if (at && typeof at === 'object') {
      return Object.fromEntries(Object.entries(at).map(([key, one]) => [key, walk(one, [...path, key])]));
    }
    return at;
  };
  return walk(value, []);
}

/** A step that names others by their new ids; its own id and the steps of its body stay. */
export function renameInStep(step: Step, renames: Renames): Step {
  const next = { ...step };
  if (step.after) {
    next.after = step.after.map((ref) => {
      const { id, port } = parseRef(ref);
      return refOf(renames.get(id) ?? id, port);
    });
  }
  if (step.with) {
    const { body, ...own } = step.with;
    const renamed = renameIn(own, renames, FORMULAS[step.use] ?? (() => false)) as Record<string, unknown>;
    const isLoop = step.use === 'for_each' && body !== undefined;
    if (isLoop) next.with = { ...renamed, body };
    else if (body === undefined) next.with = renamed;
    else next.with = renameIn(step.with, renames, FORMULAS[step.use] ?? (() => false)) as typeof step.with;
  }
  return next;
}

/** The document with another id for a step, wherever others name it. */
export function renameStep(document: FlowDocument, from: string, to: string): FlowDocument {
  const renames = new Map([[from, to]]);
  return mapSteps(document, (step) => {
    const next = renameInStep(step, renames);
    return step.id === from ? { ...next, id: to } : next;
  });
}

/** Those that follow an exit go on following it under its new name. */
export function renamePort(document: FlowDocument, id: string, from: string, to: string): FlowDocument {
  const [before, after] = [refOf(id, from), refOf(id, to)];
  return mapSteps(document, (step) =>
    step.after?.includes(before)
      ? { ...step, after: step.after.map((ref) => (ref === before ? after : ref)) }
      : step,
  );
}
