/** What one should know before going on: somebody else saved, nothing is saved, changes are not published. */

import { Anchor, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useFlow } from '@/api/flows';
import { say } from '@/i18n';
import { formatAgo, formatTime } from '@/lib/format';
import c from './builder.module.css';
import { lastSaved } from './draft/server';
import type { DraftState, DraftStore } from './draft/store';

interface Props {
  slug: string;
  store: DraftStore;
  state: DraftState;
  restored?: string;
  phone: boolean;
  onLook: () => void;
}

export function Banners({ slug, state, store, restored, phone, onLook }: Props) {
  const { t } = useTranslation();
  const [seen, setSeen] = useState(false);
  if (state.saving === 'conflict') return <Conflict slug={slug} state={state} onLook={onLook} />;
  if (state.saving === 'refused' && state.problem) {
    return (
      <Banner
        tone="wrong"
        alert
        text={`${t('builder.banner.refused')} ${say(state.problem.text) || state.problem.detail}`}
      >
        <Button size="compact-xs" variant="default" onClick={() => void store.flush().catch(() => undefined)}>
          {t('common.retry')}
        </Button>
      </Banner>
    );
  }
  if (phone) return <Banner text={t('builder.banner.phone')} />;
  if (restored && !seen) {
    return (
      <Banner text={t('builder.banner.restored', { at: formatTime(restored) })}>
        <Button
          size="compact-xs"
          variant="default"
          onClick={store.undo}
          disabled={state.history.past.length !== 1}
        >
          {t('builder.banner.dropRestored')}
        </Button>
        <Button size="compact-xs" variant="subtle" color="gray" onClick={() => setSeen(true)}>
          {t('common.close')}
        </Button>
      </Banner>
    );
  }
  return <Unpublished slug={slug} />;
}

function Banner({
  tone,
  alert,
  text,
  children,
}: {
  tone?: 'warning' | 'wrong';
  alert?: boolean;
  text: ReactNode;
  children?: ReactNode;
}) {
  return (
    <div className={c.banner} data-tone={tone} role={alert ? 'alert' : undefined}>
      <span className={c.bannerText}>{text}</span>
      {children}
    </div>
  );
}

function Conflict({ slug, state, onLook }: { slug: string; state: DraftState; onLook: () => void }) {
  const { t } = useTranslation();
  const who = useQuery({
    queryKey: ['builder-last-saved', slug, state.theirs?.revision],
    queryFn: () => lastSaved(slug),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const text = t('builder.banner.conflict', {
    who: who.data?.by ?? t('builder.banner.somebody'),
    when: who.data?.at ? formatAgo(who.data.at) : '',
  });
  return (
    <Banner tone="warning" alert text={text}>
      <Button size="compact-sm" onClick={onLook}>
        {t('builder.banner.decide')}
      </Button>
    </Banner>
  );
}

/** How far the draft is from what runs. */
function Unpublished({ slug }: { slug: string }) {
  const { t } = useTranslation();
  const flow = useFlow(slug);
  const { published, changed } = flow.data ?? {};
  const diff = api.useQuery(
    'get',
    '/api/v1/flows/{slug}/diff',
    { params: { path: { slug }, query: { from: String(published), to: 'draft' } } },
    { enabled: Boolean(published && changed), placeholderData: (before) => before },
  );
  if (!published || !changed || !diff.data) return null;
  const count = diff.data.fields.length + diff.data.steps.length;
  if (count === 0) return null;
  return (
    <Banner
      text={
        <>
          {t('builder.banner.unpublished', { count, version: published })}{' '}
          <Anchor
            component={Link}
            to={`/flows/${slug}/versions` as never}
            search={{ to: 'draft' } as never}
            size="sm"
          >
            {t('builder.banner.differences')}
          </Anchor>
        </>
      }
    />
  );
}
