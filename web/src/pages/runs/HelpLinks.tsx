/** Where what failed is put right: at the step in the flow, or at the connection. */
import { Button, type ButtonProps } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

export function OpenStep({ slug, step }: { slug: string; step: string | null | undefined }) {
  const { t } = useTranslation();
  return (
    <Button
      renderRoot={(props) => (
        <Link {...props} to="/flows/$slug" params={{ slug }} search={{ step: step ?? undefined }} />
      )}
    >
      {t('runs.view.openStep')}
    </Button>
  );
}

export function AuthoriseAgain({ name, variant }: { name: string; variant?: ButtonProps['variant'] }) {
  const { t } = useTranslation();
  return (
    <Button
      variant={variant}
      renderRoot={(props) => <Link {...props} to="/connections/$name" params={{ name }} />}
    >
      {t('runs.view.authorise', { name })}
    </Button>
  );
}
