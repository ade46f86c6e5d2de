/** The versions, newest first, with the draft on top while it differs. */

import { ActionIcon, Group, Menu, Stack, Text, UnstyledButton } from '@mantine/core';
import {
  IconArrowBackUp,
  IconCircleCheckFilled,
  IconDots,
  IconDownload,
  IconGitCompare,
  IconPencilExclamation,
} from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { http, must, type Schemas } from '@/api/client';
import { useCan } from '@/api/session';
import { confirm } from '@/components/confirm';
import { refused, told } from '@/components/notify';
import { StatusBadge } from '@/components/Status';
import { Ago } from '@/components/Time';
import { download } from '@/lib/download';
import { who } from '@/lib/who';
import { documentOf, jsonFile } from '../documents';
import { compared, DRAFT } from './compared';
import classes from './VersionList.module.css';

type Flow = Schemas['Flow'];

export function VersionList({ flow, versions }: { flow: Flow; versions: Schemas['FlowVersion'][] }) {
  const { t } = useTranslation();
  const search = useSearch({ strict: false }) as { from?: string; to?: string };
  const { to } = compared(search, flow, versions);
  return (
    <Stack gap={0} component="ol" className={classes.list}>
      {flow.changed && (
        <Line flow={flow} edition={DRAFT} active={to === DRAFT}>
          <Group gap="xs">
            <Text size="sm" fw={600}>
              {t('flows.diff.draft')}
            </Text>
            <StatusBadge color="orange" icon={IconPencilExclamation} label={t('flows.state.changed')} />
          </Group>
          <Ago at={flow.updated_at} size="xs" />
        </Line>
      )}
      {versions.map((version) => (
        <Line
          key={version.version}
          flow={flow}
          edition={String(version.version)}
          active={to === String(version.version)}
        >
          <Group gap="xs">
            <Text size="sm" fw={600} className="numbers">
              {t('flows.diff.version', { version: version.version })}
            </Text>
            {version.version === flow.published && !flow.archived_at && (
              <StatusBadge color="teal" icon={IconCircleCheckFilled} label={t('flows.versions.inService')} />
            )}
          </Group>
          {version.note && <Text size="sm">{version.note}</Text>}
          <Text size="xs" c="dimmed" component="div">
            {who(version.published_by, t)} · <Ago at={version.published_at} size="xs" />
          </Text>
        </Line>
      ))}
    </Stack>
  );
}

function Line({
  flow,
  edition,
  active,
  children,
}: {
  flow: Flow;
  edition: string;
  active: boolean;
  children: ReactNode;
}) {
  const navigate = useNavigate();
  const show = (search: { from?: string; to?: string }) =>
    void navigate({ to: `/flows/${flow.slug}/versions`, search, replace: true });
  return (
    <li className={classes.line} data-active={active || undefined}>
      <UnstyledButton
        className={classes.choose}
        aria-current={active ? 'true' : undefined}
        onClick={() => show({ to: edition })}
      >
        <Stack gap={2}>{children}</Stack>
      </UnstyledButton>
      <LineMenu flow={flow} edition={edition} onCompare={() => show({ from: edition, to: DRAFT })} />
    </li>
  );
}

function LineMenu({ flow, edition, onCompare }: { flow: Flow; edition: string; onCompare: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayEdit = useCan('editor');
  const isDraft = edition === DRAFT;
  const exported = async () => {
    try {
      const name = isDraft ? flow.slug : `${flow.slug}-v${edition}`;
      download(`${name}.json`, jsonFile(await documentOf(flow.slug, edition)));
    } catch (error) {
      refused(error);
    }
  };
  const restore = async () => {
    const sure = await confirm({
      title: t('flows.versions.restoreTitle', { version: edition }),
      body: t(flow.changed ? 'flows.versions.restoreLoses' : 'flows.versions.restoreBody'),
      action: t('flows.versions.restore'),
      danger: flow.changed,
    });
    if (!sure) return;
    try {
      const path = { slug: flow.slug, version: Number(edition) };
      await must(http.POST('/api/v1/flows/{slug}/versions/{version}/restore', { params: { path } }));
      told(t('flows.versions.restored', { version: edition }));
      await navigate({ to: `/flows/${flow.slug}` });
    } catch (error) {
      refused(error);
    }
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          aria-label={t('flows.versions.menu', {
            edition: isDraft ? t('flows.diff.draft') : t('flows.diff.version', { version: edition }),
          })}
        >
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {!isDraft && (
          <Menu.Item leftSection={<IconGitCompare size={15} aria-hidden />} onClick={onCompare}>
            {t('flows.versions.compareDraft')}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconDownload size={15} aria-hidden />} onClick={() => void exported()}>
          {t('flows.do.export')}
        </Menu.Item>
        {!isDraft && mayEdit && !flow.archived_at && (
          <Menu.Item leftSection={<IconArrowBackUp size={15} aria-hidden />} onClick={() => void restore()}>
            {t('flows.versions.restore')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
