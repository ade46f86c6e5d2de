/** The field that the address names is brought into view and focused, once it is there: forms arrive in parts. */
import { useSearch } from '@tanstack/react-router';
import { type RefObject, useEffect } from 'react';

export function useAskedField(root: RefObject<HTMLElement | null>): string | undefined {
  const { field } = useSearch({ strict: false }) as { field?: string };
  useEffect(() => {
    if (!field) return;
    let left = 20;
    const timer = setInterval(() => {
      const found = nearest(root.current, field);
      left--;
      const input = found?.querySelector<HTMLElement>('.cm-content, input, textarea, button');
      if (found && input) {
        found.scrollIntoView({ block: 'center' });
        input.focus({ preventScroll: true });
      }
      if ((found && input) || left <= 0) clearInterval(timer);
    }, 100);
    return () => clearInterval(timer);
  }, [field, root]);
  return field;
}

/** The innermost field that the pointer stands in. */
function nearest(root: HTMLElement | null, pointer: string): HTMLElement | undefined {
  const fields = [...(root?.querySelectorAll<HTMLElement>('[data-field]') ?? [])];
  return fields
    .filter(({ dataset }) => pointer === dataset.field || pointer.startsWith(`${dataset.field}/`))
    .sort((a, b) => (b.dataset.field?.length ?? 0) - (a.dataset.field?.length ?? 0))[0];
}
