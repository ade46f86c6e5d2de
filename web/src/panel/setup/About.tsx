/** What a kind does, in its own words; backticks are code. */
import { Code, Text } from '@mantine/core';
import type { Text as Words } from '@/api/client';
import { say } from '@/i18n';

export function About({ text }: { text: Words }) {
  return (
    <Text size="xs" c="dimmed">
      <WithCode text={say(text)} />
    </Text>
  );
}

/** Server texts mark names with backticks. */
export function WithCode({ text }: { text: string }) {
  return text.split('`').map((part, at) =>
    at % 2 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
      <Code key={at} fz="inherit">
        {part}
      </Code>
    ) : (
      part
    ),
  );
}
