/** One field that holds text with data in it, or a formula. Loaded lazily, as it brings the code editor. */
import { autocompletion, closeBrackets } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { EditorState, Prec } from '@codemirror/state';
import { EditorView, keymap, placeholder as placeholderText } from '@codemirror/view';
import { type RefObject, useEffect, useRef } from 'react';
import { offer } from '@/components/code/complete';
import { highlight, look } from '@/components/code/look';
import { rhai } from '@/components/code/rhai';
import { hole } from '../model/holes';
import { chips } from './chips';
import classes from './fields.module.css';
import { DRAGGED, useTools } from './tools';

export interface EditorHandle {
  /** Puts the code of some data where the cursor is. */
  insert: (code: string) => void;
  type: (text: string) => void;
  focus: () => void;
}

interface ExpressionInputProps {
  value: string;
  onChange: (next: string) => void;
  formula: boolean;
  multiline: boolean;
  labelId: string;
  describedBy?: string;
  placeholder?: string;
  invalid?: boolean;
  readOnly?: boolean;
  /** The picker is asked for: by the character that was typed in an empty place. */
  onPick?: (typed: string) => void;
  /** The picker is opening or open: what is typed here meanwhile is meant for it. */
  picking?: boolean;
  handle?: RefObject<EditorHandle | null>;
}

export default function ExpressionInput(props: ExpressionInputProps) {
  const { value, formula, multiline, describedBy, invalid, readOnly, handle } = props;
  const tools = useTools();
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const now = useRef({ ...props, tools });
  now.current = { ...props, tools };

  // The editor is made anew only where it is another kind of field; what it shows is kept by the next effect.
  useEffect(() => {
    if (!box.current) return;
    const made = new EditorView({
      parent: box.current,
      state: EditorState.create({
        doc: now.current.value,
        extensions: [
          look,
          EditorView.lineWrapping,
          history(),
          Prec.high(keymap.of([{ key: 'Enter', run: () => !now.current.multiline }])),
          keymap.of([{ key: 'Shift-Enter', run: newLine }, ...defaultKeymap, ...historyKeymap]),
          placeholderText(now.current.placeholder ?? ''),
          EditorState.readOnly.of(readOnly === true),
          EditorView.editable.of(readOnly !== true),
          // Asked anew with each update, so that the editor stays while its surroundings change.
          EditorView.contentAttributes.of(() => attributes(now.current)),
          formula
            ? [
                highlight,
                rhai,
                closeBrackets(),
                autocompletion({ override: [(at) => offer(at, now.current.tools.offers)], icons: false }),
              ]
            : [
                chips(() => now.current.tools.labelOf),
                EditorView.inputHandler.of((editor, from, _, typed) => {
                  const { onPick, picking } = now.current;
                  if (!onPick || !(picking || opensPicker(editor, from, typed))) return false;
                  onPick(typed);
                  return true;
                }),
              ],
          EditorView.domEventHandlers({
            drop: (event, editor) => {
              const code = event.dataTransfer?.getData(DRAGGED);
              if (!code) return false;
              event.preventDefault();
              event.stopPropagation();
              const at =
                editor.posAtCoords({ x: event.clientX, y: event.clientY }) ?? editor.state.doc.length;
              put(editor, now.current.formula ? code : hole(code), at, at);
              return true;
            },
          }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) now.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, [formula, readOnly]);

  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const shown = editor.state.doc.toString();
    if (shown === value || (formula && shown.trim() === value.trim())) return;
    editor.dispatch({ changes: { from: 0, to: shown.length, insert: value } });
  }, [value, formula]);

  // New names for chips, other attributes: the same text is drawn again.
  const { labelOf } = tools;
  // biome-ignore lint/correctness/useExhaustiveDependencies: these are what is drawn
  useEffect(() => view.current?.dispatch({}), [labelOf, describedBy, invalid, multiline]);

  useEffect(() => {
    if (!handle) return;
    const insert = (text: string) => {
      const editor = view.current;
      if (!editor) return;
      const { from, to } = editor.state.selection.main;
      put(editor, text, from, to);
    };
    handle.current = {
      insert: (code) => insert(now.current.formula ? code : hole(code)),
      type: insert,
      focus: () => view.current?.focus(),
    };
  }, [handle]);

  return (
    <div
      ref={box}
      className={classes.editor}
      data-formula={formula || undefined}
      data-invalid={invalid || undefined}
    />
  );
}

function attributes({
  labelId,
  describedBy,
  invalid,
  multiline,
}: ExpressionInputProps): Record<string, string> {
  return {
    'aria-labelledby': labelId,
    'aria-multiline': String(multiline),
    tabindex: '0',
    ...(describedBy ? { 'aria-describedby': describedBy } : {}),
    ...(invalid ? { 'aria-invalid': 'true' } : {}),
  };
}

function put(editor: EditorView, text: string, from: number, to: number) {
  editor.dispatch({ changes: { from, to, insert: text }, selection: { anchor: from + text.length } });
  editor.focus();
}

const newLine = (editor: EditorView) => {
  editor.dispatch(editor.state.replaceSelection('\n'));
  return true;
};

/** `{` anywhere, `/` where no word stands before it: addresses are full of slashes. */
function opensPicker(editor: EditorView, from: number, typed: string): boolean {
  if (typed === '{') return editor.state.sliceDoc(from - 1, from) !== '{';
  return typed === '/' && /^\s?$/.test(editor.state.sliceDoc(from - 1, from));
}
