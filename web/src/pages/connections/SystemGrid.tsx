/** The systems that a connection can be made to. */

import { Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useConnectors } from '@/api/catalogue';
import { ConnectorIcon } from '@/components/ConnectorIcon';
import { Failure, LoadingRows } from '@/components/States';
import { say } from '@/i18n';
import { mentions } from '@/lib/mentions';
import classes from './SystemGrid.module.css';

export function SystemGrid({ onChoose }: { onChoose: (connector: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const connectors = useConnectors();
  if (connectors.isPending) return <LoadingRows />;
  if (connectors.isError) return <Failure error={connectors.error} />;
  const fits = connectors.data.filter((one) => one.connection && mentions(one, text));
  return (
    <Stack gap="sm">
      <TextInput
        size="sm"
        data-autofocus
        aria-label={t('connections.searchSystem')}
        placeholder={t('connections.searchSystem')}
        leftSection={<IconSearch size={14} aria-hidden />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          const only = fits[0];
          if (event.key === 'Enter' && only && fits.length === 1) onChoose(only.name);
        }}
      />
      {fits.length === 0 && (
        <Text size="sm" c="dimmed" py="md" ta="center">
          {t('connections.noSystem')}
        </Text>
      )}
      <ul className={classes.list}>
        {fits.map((one) => (
          <li key={one.name}>
            <UnstyledButton className={classes.card} onClick={() => onChoose(one.name)}>
              <ConnectorIcon name={one.name} size={30} />
              <span>
                <Text span display="block" size="sm" fw={550}>
                  {say(one.title)}
                </Text>
                <Text span size="xs" c="dimmed" lineClamp={2}>
                  {say(one.description)}
                </Text>
              </span>
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </Stack>
  );
}
