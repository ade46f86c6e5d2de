import { Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Doorstep } from './Doorstep';
import { SignInForm } from './SignInForm';

export default function SignInPage() {
  const { t } = useTranslation();
  return (
    <Doorstep>
      <Title order={1} mb="md">
        {t('shell.signIn.title')}
      </Title>
      <SignInForm />
    </Doorstep>
  );
}
