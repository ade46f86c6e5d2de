import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Empty } from '@/components/States';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Empty title={t('shell.notFound.title')} lead={t('shell.notFound.lead')}>
      <Button component={Link} to="/">
        {t('shell.notFound.home')}
      </Button>
    </Empty>
  );
}
