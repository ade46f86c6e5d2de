/** A new flow: its name and what starts it, or a recipe that brings both. */

import { Button, Group, Modal, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCatalogue } from '@/api/catalogue';
import { useConnections } from '@/api/connections';
import { readRecipe, useRecipes } from '@/api/recipes';
import { Failure } from '@/components/States';
import { connectorOf } from '@/flow/use';
import { say } from '@/i18n';
import { beginEmpty, beginFromRecipe, openingOf } from './begin';
import { isTaken } from './documents';
import { KINDS } from './list/triggers';
import { isSlug, suggestSlug } from './slug';
import { UseIcon } from './UseIcon';

export function NewFlowDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('flows.new.title')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      size="lg"
      centered
    >
      <NewFlow onClose={onClose} />
    </Modal>
  );
}

function NewFlow({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const recipes = useRecipes();
  const catalogue = useCatalogue();
  const connections = useConnections();
  const [from, setFrom] = useState<'empty' | 'recipe'>('empty');
  const [name, setName] = useState('');
  const [typedSlug, setTypedSlug] = useState<string>();
  const [kind, setKind] = useState<string>('webhook');
  const [event, setEvent] = useState<string | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);

  const slug = typedSlug ?? suggestSlug(name);
  const slugFault = slug !== '' && !isSlug(slug) ? t('flows.new.slugRule') : undefined;
  const use = kind === 'connector' ? event : kind;
  const ready =
    name.trim() !== '' && slug !== '' && !slugFault && (from === 'recipe' ? chosen !== null : use !== null);

  const chooseRecipe = (next: string | null) => {
    setChosen(next);
    const found = recipes.data?.find((one) => one.slug === next);
    if (!found) return;
    setName(say(found.title));
    setTypedSlug(found.slug);
  };
  const connectionOf = (trigger: string) => {
    const fitting = connections.data?.filter((one) => one.connector === connectorOf(trigger));
    return fitting?.length === 1 ? fitting[0]?.name : undefined;
  };
  const create = useMutation({
    mutationFn: async () => {
      if (from === 'recipe') {
        const recipe = await readRecipe(chosen ?? '');
        const begun = await beginFromRecipe(recipe, { slug, name: name.trim(), mayRename: false });
        await navigate({ to: `/flows/${begun.slug}`, search: openingOf(begun) });
      } else {
        const made = await beginEmpty(slug, name.trim(), use ?? '', connectionOf(use ?? ''));
        await navigate({ to: `/flows/${made}`, search: { step: 'trigger' } });
      }
    },
  });
  const taken = create.isError && isTaken(create.error);
  const submit = (submitted: FormEvent) => {
    submitted.preventDefault();
    create.mutate();
  };

  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {(recipes.data?.length ?? 0) > 0 && (
          <SegmentedControl
            aria-label={t('flows.new.from')}
            fullWidth
            value={from}
            onChange={(next) => setFrom(next as typeof from)}
            data={[
              { value: 'empty', label: t('flows.new.empty') },
              { value: 'recipe', label: t('flows.new.recipe') },
            ]}
          />
        )}
        {from === 'recipe' && (
          <Select
            label={t('flows.new.chooseRecipe')}
            description={say(recipes.data?.find((one) => one.slug === chosen)?.summary)}
            searchable
            required
            value={chosen}
            onChange={chooseRecipe}
            data={(recipes.data ?? []).map((one) => ({ value: one.slug, label: say(one.title) }))}
          />
        )}
        <TextInput
          label={t('flows.new.name')}
          placeholder={t('flows.new.namePlaceholder')}
          required
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label={t('flows.new.slug')}
          description={
            name.trim() !== '' && suggestSlug(name) === '' && typedSlug === undefined
              ? t('flows.new.slugAsked')
              : t('flows.new.slugHint')
          }
          required
          value={slug}
          error={slugFault ?? (taken && t('flows.new.taken'))}
          onChange={(event) => {
            setTypedSlug(event.currentTarget.value.toLowerCase());
            create.reset();
          }}
        />
        {from === 'empty' && (
          <Select
            label={t('flows.new.trigger')}
            description={t(`flows.new.kind.${kind as (typeof KINDS)[number]}`)}
            allowDeselect={false}
            value={kind}
            onChange={(next) => setKind(next ?? 'webhook')}
            data={KINDS.map((one) => ({ value: one, label: t(`common.triggerKind.${one}`) }))}
          />
        )}
        {from === 'empty' && kind === 'connector' && (
          <Select
            label={t('flows.new.event')}
            searchable
            required
            value={event}
            onChange={setEvent}
            nothingFoundMessage={t('shell.spotlight.nothing')}
            data={(catalogue.data?.connectors ?? [])
              .filter((connector) => connector.triggers?.length)
              .map((connector) => ({
                group: say(connector.title),
                items: (connector.triggers ?? []).map((trigger) => ({
                  value: `${connector.name}.${trigger.name}`,
                  label: `${say(connector.title)} · ${say(trigger.title)}`,
                })),
              }))}
            renderOption={({ option }) => (
              <Group gap="xs" wrap="nowrap">
                <UseIcon use={option.value} size={20} />
                <Text size="sm">{option.label}</Text>
              </Group>
            )}
          />
        )}
        {create.isError && !taken && <Failure error={create.error} compact />}
        <Group justify="flex-end" gap="xs" mt="xs">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" disabled={!ready} loading={create.isPending}>
            {t('flows.new.create')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
