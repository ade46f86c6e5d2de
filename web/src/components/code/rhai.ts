/** Rhai for the editor: what is a word, a text, a comment. Rhai has no grammar for CodeMirror of its own. */
import { StreamLanguage, type StringStream } from '@codemirror/language';
import { tags as t } from '@lezer/highlight';

const words = (text: string) => new Set(text.split(' '));
export const KEYWORDS = words(
  'if else switch do while until loop for in continue break return throw try catch fn let const this true false',
);
const RESERVED = words(
  'var static goto exit match case public protected new use with is module package super thread spawn go await async sync yield default void null nil import export private eval',
);

type State = {
  /** What one stands in: a block comment, a text in backticks, or code inside of such a text with its open braces. */
  stack: ('comment' | 'tick' | number)[];
  depth: number;
  afterFn: boolean;
  afterDot: boolean;
};
const top = (state: State) => state.stack[state.stack.length - 1];

function tickText(stream: StringStream, state: State): string {
  while (!stream.eol()) {
    if (stream.match('${', false)) {
      if (stream.current()) return 'string';
      stream.match('${');
      state.stack.push(1);
      return 'brace';
    }
    const c = stream.next();
    if (c === '`') {
      state.stack.pop();
      return 'string';
    }
  }
  return 'string';
}

function comment(stream: StringStream, state: State): string {
  while (!stream.eol()) {
    if (stream.match('*/')) {
      state.stack.pop();
      break;
    }
    if (stream.match('/*')) state.stack.push('comment');
    else stream.next();
  }
  return 'comment';
}

function brace(stream: StringStream, state: State): string | undefined {
  const inText = top(state);
  if (stream.match('#{') || stream.match('{')) {
    if (typeof inText === 'number') state.stack[state.stack.length - 1] = inText + 1;
    state.depth++;
    return 'brace';
  }
  if (!stream.match('}')) return undefined;
  if (typeof inText === 'number') {
    if (inText === 1) state.stack.pop();
    else state.stack[state.stack.length - 1] = inText - 1;
  }
  state.depth = Math.max(0, state.depth - 1);
  return 'brace';
}

function word(stream: StringStream, state: State, afterDot: boolean): string {
  const name = stream.current();
  const called = () => stream.match(/^\s*\(/, false);
  if (state.afterFn) {
    state.afterFn = false;
    return 'def';
  }
  if (afterDot) return called() ? 'function' : 'property';
  if (name === 'true' || name === 'false') return 'bool';
  if (name === 'fn') state.afterFn = true;
  if (KEYWORDS.has(name)) return 'keyword';
  if (RESERVED.has(name)) return 'invalid';
  if (state.depth > 0 && stream.match(/^\s*:(?!:)/, false)) return 'property';
  return called() ? 'function' : 'variable';
}

export const rhai = StreamLanguage.define<State>({
  name: 'rhai',
  startState: () => ({ stack: [], depth: 0, afterFn: false, afterDot: false }),
  copyState: (state) => ({ ...state, stack: [...state.stack] }),
  token(stream, state) {
    if (top(state) === 'tick') return tickText(stream, state);
    if (top(state) === 'comment') return comment(stream, state);
    if (stream.eatSpace()) return null;
    if (stream.match('//')) {
      stream.skipToEnd();
      return 'comment';
    }
    if (stream.match('/*')) {
      state.stack.push('comment');
      return 'comment';
    }
    const afterDot = state.afterDot;
    state.afterDot = false;
    if (stream.match('`')) {
      state.stack.push('tick');
      return tickText(stream, state);
    }
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return 'string';
    if (stream.match(/^'(?:[^'\\]|\\.)'/)) return 'character';
    if (stream.match(/^(?:0x[\da-fA-F_]+|0b[01_]+|0o[0-7_]+|\d[\d_]*(?:\.(?!\.)\d[\d_]*)?(?:[eE][+-]?\d+)?)/))
      return 'number';
    const braced = brace(stream, state);
    if (braced) return braced;
    if (stream.match(/^(?:\?\.|\.)(?!\.)/)) {
      state.afterDot = true;
      return 'punctuation';
    }
    if (stream.match(/^(?:\?\?|\|\||&&|=>|==|!=|<=|>=|\*\*|<<|>>|\.\.=?|::|[-+*/%&|^<>=!]=?)/))
      return 'operator';
    if (stream.match(/^[A-Za-z_]\w*/)) return word(stream, state, afterDot);
    stream.next();
    return 'punctuation';
  },
  tokenTable: {
    def: t.function(t.definition(t.variableName)),
    function: t.function(t.variableName),
    property: t.propertyName,
    character: t.character,
    variable: t.variableName,
    invalid: t.invalid,
  },
  languageData: {
    commentTokens: { line: '//', block: { open: '/*', close: '*/' } },
    closeBrackets: { brackets: ['(', '[', '{', '"', '`'] },
    indentOnInput: /^\s*[}\])]$/,
  },
  indent: (state, after, context) => (state.depth - (/^\s*[}\])]/.test(after) ? 1 : 0)) * context.unit,
});
