/** What the editor offers while one types Rhai: data that can be read here, with what a sample holds, and functions with their docs. */
import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  snippet,
} from '@codemirror/autocomplete';
import { KEYWORDS } from './rhai';

/** Something that can be read, by its code: `steps.order.total`. */
export interface Offered {
  label: string;
  /** Its name for people, or what the sample holds. */
  detail?: string;
  info?: string;
}
interface OfferedFunction {
  name: string;
  signature: string;
  description: string;
  examples: string[][];
}
export interface Offers {
  /** What stands directly under a path; the roots for the empty one. */
  under: (code: string) => Offered[];
  functions: OfferedFunction[];
}

const BEFORE_DOT = /((?:[A-Za-z_]\w*)(?:\??\.[A-Za-z_]\w*|\??\[(?:\d+|"(?:[^"\\]|\\.)*")\])*)\??\.(\w*)$/;
const NAME = /^[A-Za-z_]\w*$/;

export function offer(context: CompletionContext, offers: Offers): CompletionResult | null {
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, context.pos - line.from);
  const path = BEFORE_DOT.exec(before);
  if (path?.[1] !== undefined) {
    const from = context.pos - (path[2]?.length ?? 0);
    const places = offers.under(path[1]).map((one) => property(one, from));
    // A method of a value is a function whose first argument it is.
    const methods = offers.functions
      .filter((one) => /^\w+\(\w/.test(one.signature))
      .map((one) => ({ ...call(one), boost: -10 }));
    const options = [...places, ...methods];
    return options.length ? { from, options, validFor: /^\w*$/ } : null;
  }
  const word = context.matchBefore(/[A-Za-z_]\w*$/);
  if (!word && !context.explicit) return null;
  const roots = offers.under('').map((one) => ({ ...property(one, 0), type: 'variable', boost: 20 }));
  return {
    from: word?.from ?? context.pos,
    options: [
      ...roots,
      ...offers.functions.map(call),
      ...[...KEYWORDS].map((label) => ({ label, type: 'keyword', boost: -20 })),
    ],
    validFor: /^\w*$/,
  };
}

function property(one: Offered, from: number): Completion {
  const completion: Completion = { label: one.label, detail: one.detail, type: 'property', boost: 10 };
  if (one.info) completion.info = one.info;
  if (!NAME.test(one.label) && from > 0) {
    // Names that are no words are written in brackets, in the place of the dot.
    completion.apply = (view, _, start, end) => {
      const dot = view.state.sliceDoc(start - 2, start) === '?.' ? 2 : 1;
      const safe = dot === 2 ? '?' : '';
      const insert = `${safe}[${JSON.stringify(one.label)}]`;
      view.dispatch({
        changes: { from: start - dot, to: end, insert },
        selection: { anchor: start - dot + insert.length },
      });
    };
  }
  return completion;
}

function call(one: OfferedFunction): Completion {
  return {
    label: one.name,
    type: 'function',
    detail: one.signature.slice(one.name.length),
    info: () => docs(one),
    apply: snippet(`${one.name}(\${})`),
  };
}

function docs(one: OfferedFunction): HTMLElement {
  const box = document.createElement('div');
  const add = (className: string, text: string) => {
    const line = document.createElement('div');
    line.className = className;
    line.textContent = text;
    box.append(line);
  };
  add('cm-info-signature', one.signature);
  add('cm-info-text', one.description);
  for (const [source, result] of one.examples.slice(0, 3)) add('cm-info-example', `${source} → ${result}`);
  return box;
}
