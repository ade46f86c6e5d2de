/** What will be made of what was picked, and whether it goes into service at once. */
import { Button, Checkbox, Group, Stack, Switch, Table, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconFileOff, IconPencil, IconPlus } from '@tabler/icons-react';
import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { http } from '@/api/client';
import { StatusBadge } from '@/components/Status';
import type { Candidate } from './candidates';

type Fate = 'new' | 'changes' | 'archived' | undefined;

/** Whether a flow of this slug is there already. */
function useFates(slugs: string[]): Fate[] {
  return useQueries({
    queries: slugs.map((slug) => ({
      queryKey: ['import-fate', slug],
      queryFn: async (): Promise<NonNullable<Fate>> => {
        const { data } = await http.GET('/api/v1/flows/{slug}', { params: { path: { slug } } });
        if (!data) return 'new';
        return data.archived_at ? 'archived' : 'changes';
      },
      staleTime: 0,
      gcTime: 0,
    })),
  }).map((query) => query.data);
}

export function Before({
  candidates,
  busy,
  onImport,
  onBack,
}: {
  candidates: Candidate[];
  busy: boolean;
  onImport: (chosen: Candidate[], publish: boolean) => void;
  onBack: () => void;
}) {
  const { t } = useTranslation();
  const [left, setLeft] = useState<ReadonlySet<number>>(new Set());
  const [publish, setPublish] = useState(false);
  const fates = useFates(candidates.map((one) => one.slug));
  const chosen = candidates.filter((one, index) => !one.fault && !left.has(index));
  const twice = new Set(
    candidates.map((one) => one.slug).filter((slug, index, all) => all.indexOf(slug) !== index),
  );
  const leave = (index: number, out: boolean) =>
    setLeft((now) => {
      const next = new Set(now);
      if (out) next.add(index);
      else next.delete(index);
      return next;
    });
  return (
    <Stack gap="md">
      <Title order={2}>{t('flows.import.before', { count: candidates.length })}</Title>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={36}>
              <span className="visually-hidden">{t('flows.import.include')}</span>
            </Table.Th>
            <Table.Th>{t('common.name')}</Table.Th>
            <Table.Th>{t('flows.import.result')}</Table.Th>
            <Table.Th visibleFrom="sm">{t('flows.import.file')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {candidates.map((one, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same file may be there twice; the list never changes
            <Table.Tr key={index}>
              <Table.Td>
                <Checkbox
                  size="xs"
                  aria-label={t('flows.import.includeOne', { name: one.name })}
                  checked={!one.fault && !left.has(index)}
                  disabled={one.fault !== undefined}
                  onChange={(event) => leave(index, !event.currentTarget.checked)}
                />
              </Table.Td>
              <Table.Td>
                <Text size="sm" fw={550}>
                  {one.name}
                </Text>
                <Text size="xs" c="dimmed">
                  {one.fault
                    ? t(`flows.import.faultLead.${one.fault}`)
                    : `${one.slug} · ${t('home.recipe.steps', { count: one.steps })}`}
                </Text>
              </Table.Td>
              <Table.Td>
                <FateBadge candidate={one} fate={fates[index]} twice={twice.has(one.slug)} />
              </Table.Td>
              <Table.Td visibleFrom="sm">
                <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                  {one.path}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Group justify="space-between" gap="sm">
        <Switch
          label={t('flows.import.publish')}
          description={t('flows.import.publishLead')}
          checked={publish}
          onChange={(event) => setPublish(event.currentTarget.checked)}
        />
        <Group gap="xs">
          <Button variant="default" onClick={onBack}>
            {t('common.back')}
          </Button>
          <Button disabled={chosen.length === 0} loading={busy} onClick={() => onImport(chosen, publish)}>
            {t('flows.import.go', { count: chosen.length })}
          </Button>
        </Group>
      </Group>
    </Stack>
  );
}

function FateBadge({ candidate, fate, twice }: { candidate: Candidate; fate: Fate; twice: boolean }) {
  const { t } = useTranslation();
  if (candidate.fault) {
    return <StatusBadge color="red" icon={IconFileOff} label={t(`flows.import.fault.${candidate.fault}`)} />;
  }
  return (
    <Group gap={4}>
      {fate === 'new' && <StatusBadge color="teal" icon={IconPlus} label={t('flows.import.new')} />}
      {fate === 'changes' && <StatusBadge color="blue" icon={IconPencil} label={t('flows.import.changes')} />}
      {fate === 'archived' && (
        <StatusBadge color="orange" icon={IconAlertTriangle} label={t('flows.import.archived')} />
      )}
      {twice && <StatusBadge color="orange" icon={IconAlertTriangle} label={t('flows.import.twice')} />}
    </Group>
  );
}
