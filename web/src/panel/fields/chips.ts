/** In a text with data in it, each hole that is a plain path shows as a chip with its name; other holes as marked code. */
import type { Extension } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  EditorView,
  ViewPlugin,
  type ViewUpdate,
  WidgetType,
} from '@codemirror/view';
import { pieces } from '../model/holes';
import { codeToPath, type Path } from '../model/path';

class Chip extends WidgetType {
  readonly label: string;
  readonly code: string;
  readonly known: boolean;
  constructor(label: string, code: string, known: boolean) {
    super();
    this.label = label;
    this.code = code;
    this.known = known;
  }
  override eq(other: Chip) {
    return other.label === this.label && other.code === this.code && other.known === this.known;
  }
  toDOM() {
    const chip = document.createElement('span');
    chip.className = this.known ? 'cm-chip' : 'cm-chip cm-chip-unknown';
    chip.textContent = this.label;
    chip.title = this.code;
    return chip;
  }
  override ignoreEvent() {
    return false;
  }
}

const code = Decoration.mark({ class: 'cm-hole' });

function decorate(view: EditorView, labelOf: (path: Path) => string | undefined): DecorationSet {
  const text = view.state.doc.toString();
  const ranges = pieces(text).flatMap((piece) => {
    if (!('code' in piece)) return [];
    const path = codeToPath(piece.code);
    if (!path) return code.range(piece.from, piece.to);
    const label = labelOf(path);
    const widget = new Chip(label ?? piece.code.trim(), piece.code.trim(), label !== undefined);
    return Decoration.replace({ widget }).range(piece.from, piece.to);
  });
  return Decoration.set(ranges);
}

export function chips(labelOf: () => (path: Path) => string | undefined): Extension {
  const plugin = ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;
      labelOf = labelOf();
      constructor(view: EditorView) {
        this.decorations = decorate(view, this.labelOf);
      }
      update(update: ViewUpdate) {
        const now = labelOf();
        if (!update.docChanged && now === this.labelOf) return;
        this.labelOf = now;
        this.decorations = decorate(update.view, now);
      }
    },
    {
      decorations: (value) => value.decorations,
      provide: (plugin) =>
        EditorView.atomicRanges.of((view) => {
          const set = view.plugin(plugin)?.decorations ?? Decoration.none;
          return set.update({ filter: (_, __, value) => value.spec.widget !== undefined });
        }),
    },
  );
  return [plugin, chipLook];
}

const chipLook = EditorView.theme({
  '.cm-chip': {
    display: 'inline-block',
    maxWidth: '100%',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    verticalAlign: 'bottom',
    padding: '0 6px',
    margin: '0 1px',
    borderRadius: 'var(--mantine-radius-sm)',
    backgroundColor: 'var(--mantine-primary-color-light)',
    color: 'light-dark(var(--mantine-color-harbour-9), var(--mantine-color-harbour-2))',
    fontFamily: 'var(--mantine-font-family)',
    fontSize: '12px',
    fontWeight: '500',
    lineHeight: '20px',
    cursor: 'default',
  },
  '.cm-chip-unknown': {
    backgroundColor: 'light-dark(var(--mantine-color-gray-2), var(--mantine-color-dark-5))',
    color: 'var(--mantine-color-text)',
    fontFamily: 'var(--mantine-font-family-monospace)',
    fontSize: '11.5px',
  },
  '.cm-hole': {
    fontFamily: 'var(--mantine-font-family-monospace)',
    fontSize: '12px',
    borderRadius: '3px',
    backgroundColor: 'light-dark(var(--mantine-color-gray-1), var(--mantine-color-dark-5))',
  },
});
