/** The flow's name and state, and what can be done with all of it. */

import { ActionIcon, Button, Menu, SegmentedControl, Switch, Tooltip, VisuallyHidden } from '@mantine/core';
import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconArrowForwardUp,
  IconDots,
  IconHistory,
  IconListTree,
  IconPlayerPlay,
  IconRocket,
  IconSitemap,
  IconVersions,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useFlow } from '@/api/flows';
import { useCan } from '@/api/session';
import { refused, told } from '@/components/notify';
import c from './builder.module.css';
import type { DraftState, DraftStore } from './draft/store';
import { FlowName } from './FlowName';
import { FlowNotes } from './FlowNotes';
import { SaveState } from './SaveState';

interface Props {
  slug: string;
  store: DraftStore;
  state: DraftState;
  may: boolean;
  outline: boolean;
  phone: boolean;
  onView: (outline: boolean) => void;
  onTest: () => void;
  onPublish: () => void;
  onFaults: () => void;
  onTrigger: () => void;
  onSettings: () => void;
}

export function Header(props: Props) {
  const { slug, store, state, may, outline, phone, onView, onTest, onPublish, onFaults } = props;
  const { t } = useTranslation();
  const [notes, setNotes] = useState(false);
  const errors = state.faults?.filter((fault) => fault.severity === 'error').length ?? 0;
  const all = state.faults?.length ?? 0;
  return (
    <header className={c.header}>
      <FlowName store={store} name={state.history.now.name} may={may && !phone} />
      <Enabled slug={slug} />
      {may && <SaveState state={state} />}
      <div className={c.spring} />
      {all > 0 && (
        <Button
          variant="subtle"
          color={errors > 0 ? 'red' : 'orange'}
          size="compact-sm"
          leftSection={<IconAlertTriangle size={15} />}
          onClick={onFaults}
        >
          {t('builder.header.faults', { count: all })}
        </Button>
      )}
      {!phone && (
        <>
          {may && <UndoRedo store={store} state={state} />}
          <SegmentedControl
            aria-label={t('builder.header.view')}
            value={outline ? 'outline' : 'canvas'}
            onChange={(value) => onView(value === 'outline')}
            data={[
              {
                value: 'canvas',
                label: <ViewName icon={<IconSitemap size={15} />} name={t('builder.header.canvas')} />,
              },
              {
                value: 'outline',
                label: <ViewName icon={<IconListTree size={15} />} name={t('builder.header.outline')} />,
              },
            ]}
          />
        </>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon size="lg" aria-label={t('builder.header.more')}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {may && !phone && <Menu.Item onClick={props.onTrigger}>{t('builder.header.trigger')}</Menu.Item>}
          <Menu.Item onClick={props.onSettings}>{t('builder.header.settings')}</Menu.Item>
          <Menu.Item onClick={() => setNotes(true)}>{t('builder.header.notes')}</Menu.Item>
          <Menu.Divider />
          <Menu.Item
            component={Link}
            to="/runs"
            search={{ flow: slug } as never}
            leftSection={<IconHistory size={15} />}
          >
            {t('builder.header.runs')}
          </Menu.Item>
          <Menu.Item
            component={Link}
            to={`/flows/${slug}/versions` as never}
            leftSection={<IconVersions size={15} />}
          >
            {t('builder.header.versions')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {!phone && (
        <>
          {may && (
            <Button variant="default" leftSection={<IconPlayerPlay size={15} />} onClick={onTest}>
              {t('builder.header.test')}
            </Button>
          )}
          {may && (
            <Button
              leftSection={<IconRocket size={15} />}
              onClick={onPublish}
              disabled={state.saving === 'conflict'}
            >
              {t('builder.header.publish')}
            </Button>
          )}
        </>
      )}
      <FlowNotes
        opened={notes}
        onClose={() => setNotes(false)}
        store={store}
        document={state.history.now}
        may={may}
      />
    </header>
  );
}

/** The name of a view for those who do not see its picture. */
function ViewName({ icon, name }: { icon: React.ReactNode; name: string }) {
  return (
    <Tooltip label={name}>
      <span style={{ display: 'flex', alignItems: 'center', height: 20 }}>
        {icon}
        <VisuallyHidden>{name}</VisuallyHidden>
      </span>
    </Tooltip>
  );
}

/** What cannot be pressed now still says why. */
const FLAT = { background: 'transparent' };

function UndoRedo({ store, state }: { store: DraftStore; state: DraftState }) {
  const { t } = useTranslation();
  const back = state.history.past.at(-1);
  const forth = state.history.future[0];
  const undo = back ? t('builder.header.undoThat', { label: back.label }) : t('builder.header.undo');
  const redo = forth ? t('builder.header.redoThat', { label: forth.label }) : t('builder.header.redo');
  return (
    <div style={{ display: 'flex', gap: 2, flex: 'none' }}>
      <Tooltip label={undo}>
        <ActionIcon
          size="lg"
          aria-label={undo}
          aria-disabled={!back}
          style={FLAT}
          data-disabled={!back || undefined}
          onClick={store.undo}
        >
          <IconArrowBackUp size={18} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={redo}>
        <ActionIcon
          size="lg"
          aria-label={redo}
          aria-disabled={!forth}
          style={FLAT}
          data-disabled={!forth || undefined}
          onClick={store.redo}
        >
          <IconArrowForwardUp size={18} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}

function Enabled({ slug }: { slug: string }) {
  const { t } = useTranslation();
  const may = useCan('operator');
  const flow = useFlow(slug);
  const done = (on: boolean) => ({
    onSuccess: () => {
      told(t(on ? 'builder.header.turnedOn' : 'builder.header.turnedOff'));
      void flow.refetch();
    },
    onError: refused,
  });
  const enable = api.useMutation('post', '/api/v1/flows/{slug}/enable', done(true));
  const disable = api.useMutation('post', '/api/v1/flows/{slug}/disable', done(false));
  if (!flow.data?.published) return null;
  const on = flow.data.enabled;
  return (
    <Switch
      checked={on}
      disabled={!may || enable.isPending || disable.isPending}
      label={t(on ? 'builder.header.on' : 'builder.header.off')}
      onChange={() => (on ? disable : enable).mutate({ params: { path: { slug } } })}
      styles={{ root: { flex: 'none' }, label: { whiteSpace: 'nowrap', paddingInlineStart: 6 } }}
    />
  );
}
