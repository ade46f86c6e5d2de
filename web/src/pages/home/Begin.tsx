/** "What do you want to connect?": systems, and the recipes that join them. */
import { Anchor, Box, Button, Group, Stack, Text } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useRecipes } from '@/api/recipes';
import { useCan } from '@/api/session';
import { Page } from '@/components/Page';
import { Empty, Failure, LoadingRows } from '@/components/States';
import { useTour } from '@/shell/tour';
import FirstSteps from './FirstSteps';
import { Quickest } from './Quickest';
import { RecipeDrawer } from './RecipeDrawer';
import { RecipeGroups } from './RecipeGroups';
import { fits, matches } from './recipes';
import { SystemPicker } from './SystemPicker';

type Search = { systems?: string; q?: string; recipe?: string; begin?: string };

export function Begin() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Search;
  const tour = useTour();
  const mayEdit = useCan('editor');
  const recipes = useRecipes();
  const chosen = search.systems?.split(',') ?? [];
  const set = (change: Search, replace = true) =>
    void navigate({ to: '/', search: { ...search, ...change }, replace });
  const found = (recipes.data ?? []).filter(
    (recipe) => fits(recipe, chosen) && matches(recipe, search.q ?? ''),
  );
  return (
    <Page title={t('home.title')} lead={t('home.lead')}>
      <Stack gap="xl">
        {tour && (
          <Box hiddenFrom="sm">
            <FirstSteps slug={tour} />
          </Box>
        )}
        {!tour && chosen.length === 0 && !search.q && <Quickest recipes={recipes.data ?? []} />}
        <SystemPicker
          chosen={chosen}
          text={search.q ?? ''}
          onChoose={(next) => set({ systems: next.join(',') || undefined })}
          onText={(text) => set({ q: text || undefined })}
        />
        {recipes.isPending && <LoadingRows rows={3} height={120} />}
        {recipes.isError && <Failure error={recipes.error} onRetry={() => void recipes.refetch()} />}
        {found.length > 0 && <RecipeGroups recipes={found} onOpen={(recipe) => set({ recipe }, false)} />}
        {recipes.isSuccess && found.length === 0 && (
          <Empty title={t('home.none.title')} lead={t('home.none.lead')}>
            {mayEdit && (
              <Button component={Link} to="/flows?new=1">
                {t('flows.do.new')}
              </Button>
            )}
            {(search.systems || search.q) && (
              <Button variant="default" onClick={() => set({ systems: undefined, q: undefined })}>
                {t('home.none.all')}
              </Button>
            )}
          </Empty>
        )}
        {mayEdit && found.length > 0 && (
          <Group gap={6}>
            <Text size="sm" c="dimmed">
              {t('home.other')}
            </Text>
            <Anchor component={Link} to="/flows?new=1" size="sm">
              {t('home.emptyFlow')}
            </Anchor>
            <Text size="sm" c="dimmed" aria-hidden>
              ·
            </Text>
            <Anchor component={Link} to="/flows/import" size="sm">
              {t('home.importFlow')}
            </Anchor>
          </Group>
        )}
      </Stack>
      <RecipeDrawer slug={search.recipe} onClose={() => set({ recipe: undefined })} />
    </Page>
  );
}
