/** The shortest way to a flow that runs: one click, without any connection. */
import { Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconPlayerPlayFilled } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { RecipeSummary } from '@/api/recipes';
import { useCan } from '@/api/session';
import { Failure } from '@/components/States';
import { Way } from './RecipeGroups';
import { useRecipeUse } from './useRecipeUse';

/** Runs on the sample system that comes along. */
const QUICKEST = 'quote-to-sales-order';

export function Quickest({ recipes }: { recipes: RecipeSummary[] }) {
  const { t } = useTranslation();
  const mayEdit = useCan('editor');
  const use = useRecipeUse();
  const recipe = recipes.find((one) => one.slug === QUICKEST);
  if (!recipe || !mayEdit) return null;
  return (
    <Card bg="var(--cw-canvas)">
      <Group gap="lg" justify="space-between">
        <Stack gap={4} flex="1 1 360px">
          <Way recipe={recipe} />
          <Title order={2} size="h3">
            {t('home.quick.title')}
          </Title>
          <Text size="sm" maw={640}>
            {t('home.quick.lead')}
          </Text>
        </Stack>
        <Group gap="xs">
          <Button variant="default" size="sm" component={Link} to={`/?recipe=${QUICKEST}`}>
            {t('home.quick.more')}
          </Button>
          <Button
            size="sm"
            leftSection={<IconPlayerPlayFilled size={14} aria-hidden />}
            loading={use.isPending}
            onClick={() => use.mutate(QUICKEST)}
          >
            {t('home.quick.try')}
          </Button>
        </Group>
      </Group>
      {use.isError && <Failure error={use.error} compact />}
    </Card>
  );
}
