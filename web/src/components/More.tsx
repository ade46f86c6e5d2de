import { Button, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** The way on in a list that comes in pages. */
export function More({ has, loading, onMore }: { has: boolean; loading: boolean; onMore: () => void }) {
  const { t } = useTranslation();
  if (!has) return null;
  return (
    <Group justify="center" py="sm">
      <Button variant="default" loading={loading} onClick={onMore}>
        {t('common.more')}
      </Button>
    </Group>
  );
}
