import { Button, Code } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Empty } from '@/components/States';

export function Crashed({ error }: { error: unknown }) {
  const { t } = useTranslation();
  return (
    <Empty title={t('shell.crashed.title')} lead={t('shell.crashed.lead')}>
      <Code block>{error instanceof Error ? error.message : String(error)}</Code>
      <Button onClick={() => location.reload()}>{t('shell.crashed.reload')}</Button>
    </Empty>
  );
}
