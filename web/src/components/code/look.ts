/** How all code editors look: the theme's own type and colours, without frames of their own. */
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags as t } from '@lezer/highlight';

export const look = EditorView.theme({
  '&': { fontSize: '12.5px', backgroundColor: 'transparent' },
  '.cm-scroller': {
    fontFamily: 'var(--mantine-font-family-monospace)',
    lineHeight: '1.65',
    fontVariantLigatures: 'none',
  },
  '.cm-gutters': { backgroundColor: 'transparent', border: 'none', color: 'var(--mantine-color-dimmed)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': {
    backgroundColor: 'color-mix(in srgb, var(--mantine-primary-color-filled) 6%, transparent)',
  },
  '.cm-content': { caretColor: 'var(--mantine-color-text)' },
  '.cm-cursor': { borderLeftColor: 'var(--mantine-color-text)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--mantine-primary-color-filled) 22%, transparent)',
  },
  '.cm-placeholder': { color: 'var(--mantine-color-dimmed)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--mantine-color-body)',
    border: '1px solid var(--mantine-color-default-border)',
    borderRadius: 'var(--mantine-radius-md)',
    boxShadow: 'var(--mantine-shadow-md)',
    color: 'var(--mantine-color-text)',
    overflow: 'hidden',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'inherit', maxHeight: '260px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px 8px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--mantine-primary-color-light)',
    color: 'var(--mantine-color-text)',
  },
  '.cm-completionLabel': { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '12px' },
  '.cm-completionDetail': {
    fontStyle: 'normal',
    color: 'var(--mantine-color-dimmed)',
    marginLeft: '10px',
    fontSize: '11.5px',
  },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '650' },
  '.cm-tooltip.cm-completionInfo': { padding: '8px 10px', maxWidth: '340px', whiteSpace: 'normal' },
  '.cm-info-signature': {
    fontFamily: 'var(--mantine-font-family-monospace)',
    fontSize: '12px',
    fontWeight: '600',
  },
  '.cm-info-text': { margin: '4px 0', fontSize: '12px' },
  '.cm-info-example': {
    fontFamily: 'var(--mantine-font-family-monospace)',
    fontSize: '11.5px',
    color: 'var(--mantine-color-dimmed)',
  },
});

const styles = HighlightStyle.define([
  { tag: t.keyword, color: 'light-dark(#9a3b6a, #e592bd)' },
  { tag: t.comment, color: 'light-dark(#777167, #8f99a3)', fontStyle: 'italic' },
  { tag: [t.string, t.character], color: 'light-dark(#3f6d1f, #a8cf86)' },
  { tag: [t.number, t.bool, t.null], color: 'light-dark(#a34a00, #f0a868)' },
  { tag: t.function(t.variableName), color: 'light-dark(#0b6b72, #6fd0d6)' },
  { tag: t.propertyName, color: 'light-dark(#345b9e, #8fb6f0)' },
  { tag: t.operator, color: 'light-dark(#5b564e, #b4bcc4)' },
  { tag: t.invalid, textDecoration: 'underline wavy #d33' },
]);

export const highlight = syntaxHighlighting(styles);
