/** What can be done to one flow. */
import { ActionIcon, Menu } from '@mantine/core';
import {
  IconArchive,
  IconArchiveOff,
  IconCopy,
  IconDots,
  IconDownload,
  IconExternalLink,
  IconHistory,
  IconTrash,
  IconVersions,
} from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Flow } from '@/api/flows';
import { useCan } from '@/api/session';
import type { FlowActions } from './actions';

export function FlowMenu({ flow, actions }: { flow: Flow; actions: FlowActions }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayEdit = useCan('editor');
  const mayDelete = useCan('admin');
  const duplicate = async () => {
    const slug = await actions.duplicate(flow);
    if (slug) await navigate({ to: `/flows/${slug}` });
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label={t('flows.list.menu', { name: flow.name })}>
          <IconDots size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          component={Link}
          to={`/flows/${flow.slug}`}
          leftSection={<IconExternalLink size={15} aria-hidden />}
        >
          {t('common.open')}
        </Menu.Item>
        <Menu.Item
          component={Link}
          to="/runs"
          search={{ flow: flow.slug } as never}
          leftSection={<IconHistory size={15} aria-hidden />}
        >
          {t('flows.do.runs')}
        </Menu.Item>
        <Menu.Item
          component={Link}
          to={`/flows/${flow.slug}/versions`}
          leftSection={<IconVersions size={15} aria-hidden />}
        >
          {t('flows.do.versions')}
        </Menu.Item>
        <Menu.Divider />
        {mayEdit && (
          <Menu.Item leftSection={<IconCopy size={15} aria-hidden />} onClick={() => void duplicate()}>
            {t('flows.do.duplicate')}
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<IconDownload size={15} aria-hidden />}
          onClick={() => void actions.exportFlows([flow])}
        >
          {t('flows.do.export')}
        </Menu.Item>
        {mayEdit && (
          <Menu.Item
            leftSection={
              flow.archived_at ? (
                <IconArchiveOff size={15} aria-hidden />
              ) : (
                <IconArchive size={15} aria-hidden />
              )
            }
            onClick={() => void actions.setArchived([flow], !flow.archived_at)}
          >
            {t(flow.archived_at ? 'flows.do.unarchive' : 'flows.do.archive')}
          </Menu.Item>
        )}
        {mayDelete && flow.archived_at && (
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={15} aria-hidden />}
            onClick={() => void actions.remove(flow)}
          >
            {t('common.delete')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
