import { Group, Text } from '@mantine/core';
import { IconAlertTriangleFilled, IconCircleCheckFilled } from '@tabler/icons-react';
import { StatusBadge } from '@/components/Status';

/** How a figure stands against its target, in a word. */
export function Verdict({ met, word, target }: { met: boolean; word: string; target: string }) {
  return (
    <Group gap={6}>
      <StatusBadge
        color={met ? 'teal' : 'orange'}
        icon={met ? IconCircleCheckFilled : IconAlertTriangleFilled}
        label={word}
      />
      <Text span size="xs" c="dimmed">
        {target}
      </Text>
    </Group>
  );
}
