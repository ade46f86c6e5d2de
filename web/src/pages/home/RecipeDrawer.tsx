/** One recipe: what it does step by step, what it needs, and the button that makes it one's own. */
import { Anchor, Button, Drawer, Group, List, Stack, Tabs, Text, Title } from '@mantine/core';
import { IconCircleCheckFilled, IconPlug } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useTitles, wordsOf } from '@/api/catalogue';
import { useConnections } from '@/api/connections';
import { type Recipe, useRecipe } from '@/api/recipes';
import { useCan } from '@/api/session';
import { ConnectorIcon } from '@/components/ConnectorIcon';
import { Markdown } from '@/components/Markdown';
import { Failure, LoadingRows } from '@/components/States';
import { StatusBadge } from '@/components/Status';
import type { FlowDocument } from '@/flow/types';
import { walkSteps } from '@/flow/walk';
import { say } from '@/i18n';
import { plainWords } from '@/lib/markdown';
import { kindOf, useSystemTrigger } from '../flows/list/triggers';
import { UseIcon } from '../flows/UseIcon';
import { Way } from './RecipeGroups';
import { needsOf } from './recipes';
import { useRecipeUse } from './useRecipeUse';

export function RecipeDrawer({ slug, onClose }: { slug: string | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const recipe = useRecipe(slug);
  return (
    <Drawer
      opened={slug !== undefined}
      onClose={onClose}
      position="right"
      size={560}
      title={t('home.recipe.title')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {recipe.isPending && <LoadingRows rows={5} />}
      {recipe.isError && recipe.error.status !== 404 && <Failure error={recipe.error} />}
      {recipe.data && <RecipeView recipe={recipe.data} />}
      {recipe.error?.status === 404 && <Text size="sm">{t('home.recipe.gone')}</Text>}
    </Drawer>
  );
}

function RecipeView({ recipe }: { recipe: Recipe }) {
  const { t } = useTranslation();
  const mayEdit = useCan('editor');
  const use = useRecipeUse();
  return (
    <Stack gap="md">
      <Stack gap="xs">
        <Way recipe={recipe} size={28} />
        <Title order={2}>{say(recipe.title)}</Title>
        <Text size="sm">{plainWords(say(recipe.summary))}</Text>
      </Stack>
      {use.isError && <Failure error={use.error} compact />}
      {mayEdit && (
        <Group gap="sm">
          <Button size="sm" loading={use.isPending} onClick={() => use.mutate(recipe.slug)}>
            {t('home.recipe.use')}
          </Button>
          <Text size="xs" c="dimmed" flex={1}>
            {t(recipe.samples.length > 0 ? 'home.recipe.useLead' : 'home.recipe.useLeadBare')}
          </Text>
        </Group>
      )}
      <Needs document={recipe.document} />
      <Tabs defaultValue="steps" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="steps">{t('home.recipe.stepsTab')}</Tabs.Tab>
          <Tabs.Tab value="readme">{t('home.recipe.readmeTab')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="steps" pt="sm">
          <StepsInWords document={recipe.document} />
        </Tabs.Panel>
        <Tabs.Panel value="readme" pt="sm">
          <Markdown text={say(recipe.readme)} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function Needs({ document }: { document: FlowDocument }) {
  const { t } = useTranslation();
  const connections = useConnections();
  const titles = useTitles();
  const needs = needsOf(document, connections.data ?? []);
  return (
    <section>
      <Title order={3} size="h4" mb={6}>
        {t('home.recipe.needs')}
      </Title>
      {needs.length === 0 && <Text size="sm">{t('home.recipe.needsNothing')}</Text>}
      <Stack gap={6}>
        {needs.map((need) => (
          <Group key={`${need.connector} ${need.name}`} gap="xs" wrap="nowrap">
            <ConnectorIcon name={need.connector} size={22} />
            <Text size="sm" flex={1} truncate>
              {say(titles.system(need.connector)) || need.connector}
            </Text>
            {need.taken ? (
              <StatusBadge
                color="teal"
                icon={IconCircleCheckFilled}
                label={t('home.recipe.taken', { name: need.taken })}
              />
            ) : (
              <>
                <StatusBadge color="gray" icon={IconPlug} label={t('home.recipe.notConnected')} />
                <Anchor component={Link} to={`/connections?new=${need.connector}`} size="sm">
                  {t('home.recipe.connect')}
                </Anchor>
              </>
            )}
          </Group>
        ))}
      </Stack>
    </section>
  );
}

function StepsInWords({ document }: { document: FlowDocument }) {
  const { t } = useTranslation();
  const titles = useTitles();
  const event = useSystemTrigger(document.trigger.use);
  const kind = kindOf(document.trigger.use);
  const nameOf = (use: string) => wordsOf(use, 'step', titles).both;
  const rows = [
    {
      id: 'trigger',
      use: document.trigger.use,
      title: event ? `${event.system} · ${event.event}` : t(`common.triggerKind.${kind}`),
      detail: t('home.recipe.startsIt'),
    },
    ...[...walkSteps(document)].map(({ step }) => ({
      id: step.id,
      use: step.use,
      title: step.name ?? nameOf(step.use),
      detail: step.name ? nameOf(step.use) : '',
    })),
  ];
  return (
    <List listStyleType="none" spacing={10} center>
      {rows.map((row) => (
        <List.Item
          key={row.id}
          icon={<UseIcon use={row.use} of={row.id === 'trigger' ? 'trigger' : 'step'} size={24} />}
        >
          <Text size="sm" lh={1.3}>
            {row.title}
          </Text>
          <Text size="xs" c="dimmed" lh={1.3}>
            {row.detail}
          </Text>
        </List.Item>
      ))}
    </List>
  );
}
