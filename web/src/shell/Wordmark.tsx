import { Group, Text } from '@mantine/core';

export function Wordmark() {
  return (
    <Group gap="xs" wrap="nowrap">
      <img src="/icon.svg" alt="" width={26} height={26} />
      <Text fw={650} size="md" style={{ letterSpacing: '-0.01em' }}>
        Causeway
      </Text>
    </Group>
  );
}
