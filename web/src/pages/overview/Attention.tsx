import { Stack, Title } from '@mantine/core';
import {
  IconAlertTriangleFilled,
  IconClockExclamation,
  IconCloudX,
  IconHourglass,
  IconPlugConnectedX,
  type TablerIcon,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { MatterLine } from '@/components/Matter';
import { language } from '@/i18n';
import type { AttentionKind, Attention as Told } from './types';

/** How each kind looks, and where it is dealt with. */
const KINDS: Record<
  AttentionKind,
  { icon: TablerIcon; color: string; to: string; search?: Record<string, string> }
> = {
  dead_letters: { icon: IconAlertTriangleFilled, color: 'red', to: '/dead-letters' },
  approvals: { icon: IconHourglass, color: 'orange', to: '/approvals' },
  connections: { icon: IconPlugConnectedX, color: 'red', to: '/connections' },
  polls: { icon: IconCloudX, color: 'red', to: '/settings', search: { tab: 'clockwork' } },
  late_runs: { icon: IconClockExclamation, color: 'orange', to: '/runs', search: { status: 'queued' } },
};

/** Nothing at all where nothing waits: the page then begins with its figures. */
export function Attention({ matters }: { matters: Told[] }) {
  const { t } = useTranslation();
  const known = matters.filter((matter) => matter.kind in KINDS);
  if (known.length === 0) return null;
  return (
    <section aria-labelledby="attention">
      <Title id="attention" order={2} size="h4" mb="xs">
        {t('overview.attention.title')}
      </Title>
      <Stack gap={6}>
        {known.map(({ kind, count, names }) => {
          const { to, ...look } = KINDS[kind];
          const [only] = names;
          const direct = kind === 'connections' && count === 1 && only;
          return (
            <MatterLine
              key={kind}
              matter={{
                key: kind,
                ...look,
                to: direct ? `/connections/${encodeURIComponent(only)}` : to,
                title: t(`overview.attention.${kind}`, { count }),
                detail: names.join(language() === 'zh-TW' ? '、' : ', '),
              }}
            />
          );
        })}
      </Stack>
    </section>
  );
}
