/** What can be done with one run. */
import { ActionIcon, Button, Menu } from '@mantine/core';
import {
  IconArrowBackUp,
  IconBookmark,
  IconCopy,
  IconDots,
  IconExternalLink,
  IconPlayerPlay,
  IconPlayerStop,
  IconRefresh,
  IconX,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { http, must } from '@/api/client';
import { useCan } from '@/api/session';
import { refused, told } from '@/components/notify';
import { fits } from '../bulk/targets';
import type { RunView } from '../view/merge';

export type Asked = 'resume' | 'replay' | 'cancel' | 'dismiss' | 'sample';

export function RunActions({
  view,
  onAsk,
  onChanged,
}: {
  view: RunView;
  onAsk: (what: Asked) => void;
  onChanged: () => void;
}) {
  const { t } = useTranslation();
  const mayAct = useCan('operator');
  const mayEdit = useCan('editor');
  const offers = (action: 'resume' | 'replay' | 'cancel' | 'dismiss') => mayAct && fits(action, view);
  const undismiss = async () => {
    try {
      await must(http.POST('/api/v1/dead-letters/{run}/undismiss', { params: { path: { run: view.id } } }));
      told(t('runs.actions.undismissed'));
      onChanged();
    } catch (problem) {
      refused(problem);
    }
  };
  const copyId = () => void navigator.clipboard?.writeText(view.id).then(() => told(t('common.copied')));
  return (
    <>
      {offers('cancel') && (
        <Button variant="default" leftSection={<IconPlayerStop size={14} />} onClick={() => onAsk('cancel')}>
          {t('runs.actions.cancel')}
        </Button>
      )}
      {offers('resume') && (
        <Button leftSection={<IconPlayerPlay size={14} />} onClick={() => onAsk('resume')}>
          {t('runs.actions.resume')}
        </Button>
      )}
      {offers('replay') && (
        <Button variant="default" leftSection={<IconRefresh size={14} />} onClick={() => onAsk('replay')}>
          {t('runs.actions.replay')}
        </Button>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={30} aria-label={t('runs.actions.more')}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {offers('dismiss') && (
            <Menu.Item leftSection={<IconX size={15} />} onClick={() => onAsk('dismiss')}>
              {t('runs.actions.dismiss')}
            </Menu.Item>
          )}
          {mayAct && view.dismissed && (
            <Menu.Item leftSection={<IconArrowBackUp size={15} />} onClick={() => void undismiss()}>
              {t('runs.actions.undismiss')}
            </Menu.Item>
          )}
          {mayEdit && (
            <Menu.Item leftSection={<IconBookmark size={15} />} onClick={() => onAsk('sample')}>
              {t('runs.actions.sample')}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconCopy size={15} />} onClick={copyId}>
            {t('runs.actions.copyId')}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconExternalLink size={15} />}
            renderRoot={(props) => <Link {...props} to="/flows/$slug" params={{ slug: view.slug }} />}
          >
            {t('runs.actions.openFlow')}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconRefresh size={15} />}
            renderRoot={(props) => <Link {...props} to="/runs" search={{ flow: view.slug }} />}
          >
            {t('runs.actions.otherRuns')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
