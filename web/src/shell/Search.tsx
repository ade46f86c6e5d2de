/** Ctrl+K: pages, flows, a run by its id, and what can be begun. */

import { useDebouncedValue } from '@mantine/hooks';
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight';
import { IconHistory, IconPlus, IconRoute, IconSearch } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useCan } from '@/api/session';
import { searchStore } from './search';

const PAGES = [
  'home',
  'overview',
  'flows',
  'runs',
  'approvals',
  'map',
  'connections',
  'connectors',
  'secrets',
  'people',
  'settings',
] as const;
/** Digits of a run's id, or all of it. */
const RUN_ID = /^[0-9a-f][0-9a-f-]{3,35}$/i;

export default function Search() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [query, setQuery] = useState('');
  const typed = query.trim();
  const [asked] = useDebouncedValue(typed, 150);
  const flows = api.useQuery(
    'get',
    '/api/v1/flows',
    { params: { query: { text: asked || undefined, limit: 8, sort: 'updated' } } },
    { enabled: asked !== '', placeholderData: (before) => before },
  );
  const settled = asked === typed && !flows.isFetching;
  const runs = api.useQuery(
    'get',
    '/api/v1/runs',
    { params: { query: { id: asked, limit: 5 } } },
    { enabled: RUN_ID.test(asked), placeholderData: (before) => before },
  );
  // Spotlight chooses the first entry while somebody types; what is found comes later, and Enter shall open it too.
  useEffect(() => {
    const list = document.getElementById(searchStore.getState().listId);
    if (list?.querySelector('[data-selected]')) return;
    list?.querySelector('[data-action]')?.setAttribute('data-selected', 'true');
  });
  const mayEdit = useCan('editor');
  const go = (to: string) => () => void navigate({ to });
  const named = ({ label = '', description = '' }: SpotlightActionData) =>
    `${label} ${description}`.toLowerCase().includes(typed.toLowerCase());

  const pages: SpotlightActionData[] = PAGES.map((key) => ({
    id: `page-${key}`,
    label: t(`shell.nav.${key}`),
    onClick: go(key === 'home' ? '/' : `/${key}`),
  })).filter(named);
  const begin: SpotlightActionData = {
    id: 'new-flow',
    label: t('shell.spotlight.newFlow'),
    leftSection: <IconPlus size={16} />,
    onClick: () => void navigate({ to: '/flows', search: { new: '1' } }),
  };
  const groups: SpotlightActionGroupData[] = [
    {
      group: t('shell.spotlight.flows'),
      actions: (asked ? (flows.data?.flows ?? []) : [])
        .map((flow) => ({
          id: `flow-${flow.slug}`,
          label: flow.name,
          description: flow.slug,
          leftSection: <IconRoute size={16} />,
          onClick: go(`/flows/${flow.slug}`),
        }))
        // While the next answer is on its way: of the last one only what still fits, so that Enter opens nothing else.
        .filter((action) => settled || named(action)),
    },
    {
      group: t('shell.spotlight.runs'),
      actions: (RUN_ID.test(typed) ? (runs.data?.runs ?? []) : [])
        .filter((run) => run.id.startsWith(typed.toLowerCase()))
        .map((run) => ({
          id: `run-${run.id}`,
          label: t('shell.spotlight.openRun', { id: run.id }),
          description: `${run.slug} · ${t(`common.runStatus.${run.status}`)}`,
          leftSection: <IconHistory size={16} />,
          onClick: go(`/runs/${run.id}`),
        })),
    },
    { group: t('shell.spotlight.pages'), actions: pages },
    { group: t('shell.spotlight.actions'), actions: mayEdit ? [begin].filter(named) : [] },
  ];
  return (
    <Spotlight
      store={searchStore}
      shortcut={null}
      query={query}
      onQueryChange={setQuery}
      // The server looked already; what came is what fits.
      filter={(_query, actions) => actions}
      actions={groups.filter((group) => group.actions.length > 0)}
      nothingFound={t(settled ? 'shell.spotlight.nothing' : 'common.loading')}
      searchProps={{
        leftSection: <IconSearch size={16} />,
        placeholder: t('shell.search'),
        'aria-label': t('shell.search'),
      }}
      highlightQuery
      scrollable
      maxHeight={420}
    />
  );
}
