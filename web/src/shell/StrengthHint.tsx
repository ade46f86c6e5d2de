import { Group, Progress, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Strength, strengthOf } from './strength';

const LOOK: Record<Strength, { value: number; color: string }> = {
  short: { value: 15, color: 'gray' },
  weak: { value: 35, color: 'red' },
  fair: { value: 65, color: 'orange' },
  strong: { value: 100, color: 'teal' },
};

/** How good the password is that is being typed: a bar, and a word for those who do not see it. */
export function StrengthHint({ password }: { password: string }) {
  const { t } = useTranslation();
  const strength = strengthOf(password);
  const { value, color } = LOOK[strength];
  return (
    <Group gap="xs" mt={6} wrap="nowrap" style={{ visibility: password ? undefined : 'hidden' }}>
      <Progress value={value} color={color} size={4} flex={1} aria-hidden />
      <Text size="xs" c="dimmed" role="status" miw={72} ta="right">
        {password && t(`shell.setup.strength.${strength}`)}
      </Text>
    </Group>
  );
}
