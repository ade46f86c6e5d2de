/** Whether a test may write to the connected systems: never unless it is ticked, and then with what it means. */
import { Alert, Checkbox, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export function ForReal({
  value,
  onChange,
  about,
}: {
  value: boolean;
  onChange: (next: boolean) => void;
  about: string;
}) {
  const { t } = useTranslation();
  return (
    <Stack gap={6}>
      <Checkbox
        size="xs"
        label={t('panel.test.forReal')}
        description={value ? undefined : t('panel.test.dry')}
        checked={value}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      {value && (
        <Alert color="orange" variant="light" p="xs">
          <Text size="xs">{about}</Text>
        </Alert>
      )}
    </Stack>
  );
}
