/** A new connection: which system, then its form. */
import { Modal } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useConnectors } from '@/api/catalogue';
import { say } from '@/i18n';
import ConnectionForm from './ConnectionForm';
import { SystemGrid } from './SystemGrid';

export function NewConnection({
  wanted,
  onChoose,
  onClose,
}: {
  /** `1`: nothing chosen yet; otherwise a connector. */
  wanted: string | undefined;
  onChoose: (connector: string) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const connectors = useConnectors();
  const chosen = connectors.data?.find((one) => one.name === wanted);
  return (
    <Modal
      closeButtonProps={{ 'aria-label': t('common.close') }}
      opened={wanted !== undefined}
      onClose={onClose}
      size={chosen ? 'lg' : 'xl'}
      title={chosen ? t('connections.form.title', { system: say(chosen.title) }) : t('connections.choose')}
    >
      {chosen ? (
        <ConnectionForm
          key={chosen.name}
          connector={chosen.name}
          onDone={(name) => void navigate({ to: '/connections/$name', params: { name } as never })}
          onCancel={onClose}
        />
      ) : (
        <SystemGrid onChoose={onChoose} />
      )}
    </Modal>
  );
}
