/** Two systems, or the sample company: what is to be connected. */

import { Button, Group, Text, ThemeIcon, UnstyledButton } from '@mantine/core';
import { IconBuildingStore, IconCheck, IconPlugConnected } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCatalogue } from '@/api/catalogue';
import { useConnections } from '@/api/connections';
import { ConnectorIcon } from '@/components/ConnectorIcon';
import { SearchBox } from '@/components/SearchBox';
import { LoadingRows } from '@/components/States';
import { say } from '@/i18n';
import { mentions } from '@/lib/mentions';
import { SAMPLE } from './recipes';
import classes from './SystemPicker.module.css';

const FIRST_SHOWN = 11;
const MOST_CHOSEN = 2;

/** One more; where two are chosen already, the newer of them gives way. */
function toggled(chosen: string[], one: string): string[] {
  if (chosen.includes(one)) return chosen.filter((other) => other !== one);
  return [...chosen.slice(0, MOST_CHOSEN - 1), one];
}

export function SystemPicker({
  chosen,
  text,
  onChoose,
  onText,
}: {
  chosen: string[];
  text: string;
  onChoose: (chosen: string[]) => void;
  onText: (text: string) => void;
}) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const catalogue = useCatalogue();
  const connections = useConnections();
  if (catalogue.isPending) return <LoadingRows rows={2} height={52} />;
  const connected = new Set(connections.data?.map((one) => one.connector));
  const searching = text.trim() !== '';
  const systems = (catalogue.data?.connectors ?? [])
    .filter((one) => one.connection)
    .sort((a, b) => Number(connected.has(b.name)) - Number(connected.has(a.name)));
  const found = systems.filter((one) => mentions(one, text));
  const shown = all || searching ? found : found.slice(0, Math.max(FIRST_SHOWN, connected.size));
  return (
    <section aria-label={t('home.pick.title')}>
      <Group gap="sm" mb="sm" justify="space-between">
        <Text size="sm" c="dimmed">
          {t('home.pick.lead')}
        </Text>
        <SearchBox label={t('home.pick.search')} value={text} onChange={onText} />
      </Group>
      <ul className={classes.grid}>
        {!searching && (
          <Tile
            icon={
              <ThemeIcon size={28} variant="light" aria-hidden>
                <IconBuildingStore size={17} />
              </ThemeIcon>
            }
            title={t('home.pick.sample')}
            detail={t('home.pick.sampleLead')}
            chosen={chosen.includes(SAMPLE)}
            onClick={() => onChoose(toggled(chosen, SAMPLE))}
          />
        )}
        {shown.map((one) => (
          <Tile
            key={one.name}
            icon={<ConnectorIcon name={one.name} size={28} />}
            title={say(one.title)}
            connected={connected.has(one.name)}
            chosen={chosen.includes(one.name)}
            onClick={() => onChoose(toggled(chosen, one.name))}
          />
        ))}
      </ul>
      {shown.length < found.length && (
        <Button mt="xs" variant="subtle" color="gray" onClick={() => setAll(true)}>
          {t('home.pick.all', { count: found.length })}
        </Button>
      )}
    </section>
  );
}

function Tile({
  icon,
  title,
  detail,
  connected,
  chosen,
  onClick,
}: {
  icon: ReactNode;
  title: string;
  detail?: string;
  connected?: boolean;
  chosen: boolean;
  onClick: () => void;
}) {
  const { t } = useTranslation();
  return (
    <li>
      <UnstyledButton className={classes.tile} aria-pressed={chosen} onClick={onClick}>
        {icon}
        <span className={classes.words}>
          <Text span size="sm" fw={550} display="block" truncate>
            {title}
          </Text>
          {(connected || detail) && (
            <Text span size="xs" c="dimmed" display="block" truncate>
              {connected && (
                <IconPlugConnected size={12} aria-hidden style={{ verticalAlign: -2, marginRight: 3 }} />
              )}
              {connected ? t('home.pick.connected') : detail}
            </Text>
          )}
        </span>
        {chosen && <IconCheck size={16} aria-hidden className={classes.check} />}
      </UnstyledButton>
    </li>
  );
}
