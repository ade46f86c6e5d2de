/** Two texts side by side, with what differs marked. Heavy: loaded when there is something to compare. */
import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { EditorState } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { useMediaQuery } from '@mantine/hooks';
import { useEffect, useRef } from 'react';

const look = EditorView.theme({
  '&': { fontSize: '12px', backgroundColor: 'transparent', color: 'var(--mantine-color-text)' },
  '.cm-content': { fontFamily: 'var(--mantine-font-family-monospace)' },
  '.cm-gutters': {
    backgroundColor: 'transparent',
    color: 'var(--mantine-color-dimmed)',
    border: 'none',
  },
  '&.cm-merge-a .cm-changedLine, .cm-deletedChunk': {
    backgroundColor: 'light-dark(#fdeceb, #4a2a2c)',
  },
  '&.cm-merge-b .cm-changedLine, .cm-insertedLine, &.cm-merge-b .cm-inlineChangedLine': {
    backgroundColor: 'light-dark(#e6f4ea, #1f3d30)',
  },
  '&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText': {
    background: 'light-dark(#f6c4c0, #7a3a3c)',
  },
  '&.cm-merge-b .cm-changedText': { background: 'light-dark(#b5e0c1, #27604a)' },
  '.cm-collapsedLines': {
    background: 'var(--cw-rail)',
    color: 'var(--mantine-color-text)',
  },
});

const extensions = (label: string) => [
  EditorState.readOnly.of(true),
  EditorView.editable.of(false),
  EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
  EditorView.lineWrapping,
  lineNumbers(),
  look,
];

export default function TextDiff({
  before,
  after,
  labels,
}: {
  before: string;
  after: string;
  /** Of the left and the right side, for screen readers. */
  labels: [before: string, after: string];
}) {
  const place = useRef<HTMLDivElement>(null);
  const wide = useMediaQuery('(min-width: 768px)', true, { getInitialValueInEffect: false });
  const [left, right] = labels;
  useEffect(() => {
    const parent = place.current;
    if (!parent) return;
    const collapseUnchanged = { margin: 3, minSize: 6 };
    const view = wide
      ? new MergeView({
          parent,
          a: { doc: before, extensions: extensions(left) },
          b: { doc: after, extensions: extensions(right) },
          collapseUnchanged,
          gutter: true,
        })
      : new EditorView({
          parent,
          doc: after,
          extensions: [
            ...extensions(right),
            unifiedMergeView({ original: before, mergeControls: false, collapseUnchanged }),
          ],
        });
    return () => view.destroy();
  }, [before, after, left, right, wide]);
  return (
    <div
      ref={place}
      style={{
        border: '1px solid var(--mantine-color-default-border)',
        borderRadius: 'var(--mantine-radius-sm)',
        overflow: 'hidden',
      }}
    />
  );
}
