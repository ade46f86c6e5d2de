/** All flows: found, switched, and begun. */
import { Button, Group, Select } from '@mantine/core';
import { IconPlus, IconUpload, IconX } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { pages } from '@/api/paging';
import { useRecipes } from '@/api/recipes';
import { useCan } from '@/api/session';
import { More } from '@/components/More';
import { Page } from '@/components/Page';
import { SearchBox } from '@/components/SearchBox';
import { Empty, Failure, LoadingRows } from '@/components/States';
import { RecipeDrawer } from '../home/RecipeDrawer';
import { RecipeGroups } from '../home/RecipeGroups';
import { FlowTable } from './list/FlowTable';
import { askedBy, type Filters, STATES, tagsOf } from './list/state';
import { KINDS } from './list/triggers';
import { NewFlowDialog } from './NewFlowDialog';

export default function FlowsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Filters & { new?: string };
  const mayEdit = useCan('editor');
  const set = (change: Partial<typeof search>) =>
    void navigate({ to: '/flows', search: { ...search, ...change }, replace: true });
  const list = api.useInfiniteQuery('get', '/api/v1/flows', { params: { query: askedBy(search) } }, pages());
  const flows = list.data?.pages.flatMap((page) => page.flows) ?? [];
  const filtered = Boolean(search.text || search.tag || search.state || search.trigger);
  const begin = () => set({ new: '1' });
  return (
    <Page
      title={t('flows.title')}
      lead={t('flows.lead')}
      actions={
        mayEdit && (
          <>
            <Button
              component={Link}
              to="/flows/import"
              variant="default"
              leftSection={<IconUpload size={14} aria-hidden />}
            >
              {t('flows.do.import')}
            </Button>
            <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={begin}>
              {t('flows.do.new')}
            </Button>
          </>
        )
      }
    >
      {(filtered || flows.length > 0 || list.isPending) && (
        <Toolbar filters={search} tags={tagsOf(flows, search.tag)} filtered={filtered} onChange={set} />
      )}
      {list.isPending && <LoadingRows rows={8} height={44} />}
      {list.isError && <Failure error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && flows.length > 0 && (
        <>
          <FlowTable flows={flows} onTag={(tag) => set({ tag })} />
          <More
            has={list.hasNextPage}
            loading={list.isFetchingNextPage}
            onMore={() => void list.fetchNextPage()}
          />
        </>
      )}
      {list.isSuccess && flows.length === 0 && filtered && (
        <Empty title={t('flows.nothing.title')} lead={t('flows.nothing.lead')}>
          <Button
            variant="default"
            onClick={() => set({ text: undefined, tag: undefined, state: undefined, trigger: undefined })}
          >
            {t('flows.nothing.clear')}
          </Button>
        </Empty>
      )}
      {list.isSuccess && flows.length === 0 && !filtered && <Recipes onBegin={begin} mayEdit={mayEdit} />}
      <NewFlowDialog opened={search.new === '1' && mayEdit} onClose={() => set({ new: undefined })} />
    </Page>
  );
}

/** No flow yet: an empty list is the beginning. */
function Recipes({ onBegin, mayEdit }: { onBegin: () => void; mayEdit: boolean }) {
  const { t } = useTranslation();
  const [recipe, setRecipe] = useState<string>();
  const recipes = useRecipes();
  return (
    <>
      <Empty title={t('flows.empty.title')} lead={t('flows.empty.lead')}>
        {mayEdit && (
          <Button variant="default" onClick={onBegin}>
            {t('flows.new.empty')}
          </Button>
        )}
      </Empty>
      <RecipeGroups recipes={recipes.data ?? []} onOpen={setRecipe} />
      <RecipeDrawer slug={recipe} onClose={() => setRecipe(undefined)} />
    </>
  );
}

function Toolbar({
  filters,
  tags,
  filtered,
  onChange,
}: {
  filters: Filters;
  tags: string[];
  filtered: boolean;
  onChange: (change: Filters) => void;
}) {
  const { t } = useTranslation();
  return (
    <Group gap="xs" mb="md" role="search">
      <SearchBox
        label={t('flows.filter.text')}
        value={filters.text ?? ''}
        onChange={(text) => onChange({ text: text.trim() || undefined })}
      />
      <Select
        aria-label={t('common.status')}
        placeholder={t('flows.filter.state')}
        flex="1 1 130px"
        maw={170}
        clearable
        value={filters.state ?? null}
        onChange={(state) => onChange({ state: state ?? undefined })}
        data={STATES.map((state) => ({ value: state, label: t(`flows.state.${state}`) }))}
      />
      <Select
        aria-label={t('flows.list.startedBy')}
        placeholder={t('flows.list.startedBy')}
        flex="1 1 130px"
        maw={170}
        clearable
        value={filters.trigger ?? null}
        onChange={(trigger) => onChange({ trigger: trigger ?? undefined })}
        data={KINDS.map((kind) => ({ value: kind, label: t(`common.triggerKind.${kind}`) }))}
      />
      {tags.length > 0 && (
        <Select
          aria-label={t('flows.filter.tag')}
          placeholder={t('flows.filter.tag')}
          flex="1 1 130px"
          maw={170}
          clearable
          searchable
          value={filters.tag ?? null}
          onChange={(tag) => onChange({ tag: tag ?? undefined })}
          data={tags}
        />
      )}
      {filtered && (
        <Button
          variant="subtle"
          color="gray"
          leftSection={<IconX size={14} aria-hidden />}
          onClick={() => onChange({ text: undefined, tag: undefined, state: undefined, trigger: undefined })}
        >
          {t('common.clear')}
        </Button>
      )}
    </Group>
  );
}
