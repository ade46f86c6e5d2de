import type { Text } from '@/api/client';

/** Whether a name, title or description holds this text, in either language. */
export function mentions(thing: { name: string; title: Text; description: Text }, text: string): boolean {
  const { name, title, description } = thing;
  const wanted = text.trim().toLowerCase();
  return [name, title.en, title['zh-TW'], description.en, description['zh-TW']].some((words) =>
    words.toLowerCase().includes(wanted),
  );
}
