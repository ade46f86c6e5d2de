/** Recipes to begin from, as cards, in the order of a company's work. */

import { Badge, Group, SimpleGrid, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { IconArrowRight, IconCircleCheckFilled, IconPlug } from '@tabler/icons-react';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { useCatalogue } from '@/api/catalogue';
import { useConnections } from '@/api/connections';
import type { RecipeSummary } from '@/api/recipes';
import { StatusBadge } from '@/components/Status';
import { connectorOf } from '@/flow/use';
import { say } from '@/i18n';
import { plainWords } from '@/lib/markdown';
import { UseIcon } from '../flows/UseIcon';
import classes from './RecipeGroups.module.css';
import { byStage, systemsOf } from './recipes';

export function RecipeGroups({
  recipes,
  onOpen,
}: {
  recipes: RecipeSummary[];
  onOpen: (slug: string) => void;
}) {
  const { t } = useTranslation();
  return (
    <Stack gap="lg">
      {byStage(recipes).map((group) => (
        <section key={group.stage}>
          <Title order={2} size="h4" mb="xs">
            {t(`home.stage.${group.stage}`)}
          </Title>
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
            {group.recipes.map((recipe) => (
              <RecipeCard key={recipe.slug} recipe={recipe} onOpen={() => onOpen(recipe.slug)} />
            ))}
          </SimpleGrid>
        </section>
      ))}
    </Stack>
  );
}

/** The systems of a recipe, in the order in which records travel; what starts it where there is none. */
export function Way({ recipe, size = 24 }: { recipe: RecipeSummary; size?: number }) {
  const systems = systemsOf(recipe);
  const starts = connectorOf(recipe.trigger) ? [] : [recipe.trigger];
  const stops = [...starts, ...systems.map((one) => `${one}.`)].slice(0, 4);
  const all = systems.length === 0 ? [...stops, 'http.request'] : stops;
  return (
    <Group gap={4} wrap="nowrap" aria-hidden>
      {all.map((use, index) => (
        <Fragment key={use}>
          {index > 0 && <IconArrowRight size={13} className={classes.arrow} />}
          <UseIcon use={use} of={use === recipe.trigger ? 'trigger' : 'step'} size={size} />
        </Fragment>
      ))}
    </Group>
  );
}

function RecipeCard({ recipe, onOpen }: { recipe: RecipeSummary; onOpen: () => void }) {
  const { t } = useTranslation();
  return (
    <UnstyledButton className={classes.card} onClick={onOpen}>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Way recipe={recipe} />
        <Badge color="gray" style={{ flex: 'none' }}>
          {t('home.recipe.steps', { count: recipe.steps })}
        </Badge>
      </Group>
      <Text fw={600} size="sm" mt={8}>
        {say(recipe.title)}
      </Text>
      <Text size="xs" c="dimmed" lineClamp={3} flex={1}>
        {plainWords(say(recipe.summary))}
      </Text>
      <Readiness recipe={recipe} />
    </UnstyledButton>
  );
}

function Readiness({ recipe }: { recipe: RecipeSummary }) {
  const { t } = useTranslation();
  const connections = useConnections();
  const catalogue = useCatalogue();
  if (!connections.data) return null;
  const connected = new Set(connections.data.map((one) => one.connector));
  const missing = systemsOf(recipe)
    .filter((one) => !connected.has(one))
    .map((name) => say(catalogue.data?.connectors.find((one) => one.name === name)?.title) || name);
  return (
    <Group mt={8}>
      {missing.length === 0 ? (
        <StatusBadge color="teal" icon={IconCircleCheckFilled} label={t('home.recipe.ready')} />
      ) : (
        <StatusBadge
          color="gray"
          icon={IconPlug}
          label={t('home.recipe.missing', { systems: missing.join(t('flows.publish.comma')) })}
        />
      )}
    </Group>
  );
}
