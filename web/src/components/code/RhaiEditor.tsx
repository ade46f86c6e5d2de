/** The editor of Rhai scripts. Loaded lazily: `lazy(() => import('@/components/code/RhaiEditor'))`. */
import { autocompletion } from '@codemirror/autocomplete';
import { type Diagnostic, linter, lintGutter } from '@codemirror/lint';
import { EditorView } from '@codemirror/view';
import { Paper } from '@mantine/core';
import CodeMirror from '@uiw/react-codemirror';
import { useMemo, useRef } from 'react';
import { type Offers, offer } from './complete';
import { highlight, look } from './look';
import { rhai } from './rhai';

export interface CodeFault {
  message: string;
  line?: number | null;
  column?: number | null;
}

interface RhaiEditorProps {
  value: string;
  onChange?: (next: string) => void;
  label: string;
  offers: Offers;
  /** Asked after a pause in typing. */
  check?: (code: string) => Promise<CodeFault[]>;
  minHeight?: number | string;
  maxHeight?: number | string;
}

export default function RhaiEditor({
  value,
  onChange,
  label,
  offers,
  check,
  minHeight = '180px',
  maxHeight = '60vh',
}: RhaiEditorProps) {
  // The editor keeps its extensions; what they offer is of the moment.
  const now = useRef({ offers, check });
  now.current = { offers, check };
  const extensions = useMemo(
    () => [
      look,
      highlight,
      rhai,
      autocompletion({ override: [(context) => offer(context, now.current.offers)], icons: false }),
      lintGutter(),
      linter(
        async (view) => diagnostics(view, (await now.current.check?.(view.state.doc.toString())) ?? []),
        {
          delay: 400,
        },
      ),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
    ],
    [label],
  );
  return (
    <Paper py={4}>
      <CodeMirror
        value={value}
        onChange={onChange}
        editable={onChange !== undefined}
        extensions={extensions}
        theme="none"
        minHeight={String(minHeight)}
        maxHeight={String(maxHeight)}
        basicSetup={{ foldGutter: false, autocompletion: false, searchKeymap: false }}
      />
    </Paper>
  );
}

/** From the place that the server tells to the end of the word there. */
function diagnostics(view: EditorView, faults: CodeFault[]): Diagnostic[] {
  const { doc } = view.state;
  return faults.map((fault) => {
    const line = doc.line(Math.min(Math.max(fault.line ?? 1, 1), doc.lines));
    const from = Math.min(line.from + Math.max((fault.column ?? 1) - 1, 0), line.to);
    const word = view.state.wordAt(from);
    const to = word?.to ?? Math.min(from + 1, line.to);
    return {
      from: from === to ? Math.max(line.from, from - 1) : from,
      to,
      severity: 'error',
      message: fault.message,
    };
  });
}
