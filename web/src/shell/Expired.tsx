import { Modal, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { SignInForm } from './SignInForm';

/** Over whatever is being edited, which stays. */
export function Expired({ opened, onDone }: { opened: boolean; onDone: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={() => {}}
      withCloseButton={false}
      title={t('shell.signIn.expiredTitle')}
      centered
      zIndex={1000}
    >
      <Text size="sm" c="dimmed" mb="md">
        {t('shell.signIn.expired')}
      </Text>
      <SignInForm onDone={onDone} />
    </Modal>
  );
}
