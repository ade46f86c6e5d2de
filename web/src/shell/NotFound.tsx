import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Page } from '@/components/Page';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Page title={t('shell.notFound.title')} lead={t('shell.notFound.lead')}>
      <Button component={Link} to="/">
        {t('shell.notFound.home')}
      </Button>
    </Page>
  );
}
