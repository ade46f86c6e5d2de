/** A value as JSON text. What is no JSON is told and not passed on, so that nothing half typed gets anywhere. */
import { json, jsonParseLinter } from '@codemirror/lang-json';
import { linter } from '@codemirror/lint';
import { EditorView } from '@codemirror/view';
import { Paper, Text } from '@mantine/core';
import CodeMirror from '@uiw/react-codemirror';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { highlight, look } from './look';

interface JsonEditorProps {
  value: unknown;
  /** `undefined` where the text is empty. */
  onChange?: (next: unknown) => void;
  label: string;
  minHeight?: number;
  maxHeight?: number;
  /** Told whether the text is JSON. */
  onValid?: (valid: boolean) => void;
}

const written = (value: unknown) => (value === undefined ? '' : JSON.stringify(value, null, 2));

export default function JsonEditor({
  value,
  onChange,
  label,
  minHeight = 60,
  maxHeight = 420,
  onValid,
}: JsonEditorProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(() => written(value));
  const [valid, setValid] = useState(true);
  const given = useRef(value);
  useEffect(() => {
    // Changed from elsewhere: by undo, or by another selection.
    if (JSON.stringify(given.current) === JSON.stringify(value)) return;
    given.current = value;
    setText(written(value));
    setValid(true);
  }, [value]);

  const extensions = useMemo(
    () => [
      look,
      highlight,
      json(),
      linter(jsonParseLinter()),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
    ],
    [label],
  );
  const change = (next: string) => {
    setText(next);
    let parsed: unknown;
    try {
      parsed = next.trim() === '' ? undefined : JSON.parse(next);
    } catch {
      setValid(false);
      onValid?.(false);
      return;
    }
    setValid(true);
    onValid?.(true);
    given.current = parsed;
    onChange?.(parsed);
  };
  return (
    <div>
      <Paper py={4} style={valid ? undefined : { borderColor: 'var(--mantine-color-error)' }}>
        <CodeMirror
          value={text}
          onChange={change}
          extensions={extensions}
          theme="none"
          editable={onChange !== undefined}
          minHeight={`${minHeight}px`}
          maxHeight={`${maxHeight}px`}
          basicSetup={{
            lineNumbers: false,
            foldGutter: false,
            highlightActiveLine: false,
            searchKeymap: false,
          }}
        />
      </Paper>
      {!valid && (
        <Text size="xs" c="var(--mantine-color-error)" mt={2} role="alert">
          {t('common.form.notJson')}
        </Text>
      )}
    </div>
  );
}
