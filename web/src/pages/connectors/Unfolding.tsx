/** A searchable list of things that unfold; which one is open stands in the address. */

import { Accordion, Group, Stack, Text } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Text as Both } from '@/api/client';
import { SearchBox } from '@/components/SearchBox';
import { say } from '@/i18n';
import { useAddress } from '@/lib/address';
import { mentions } from '@/lib/mentions';

interface Item {
  name: string;
  title: Both;
  description: Both;
}

export function Unfolding<T extends Item>({
  items,
  searchLabel,
  filter,
  badges,
  children,
}: {
  items: T[];
  searchLabel: string;
  filter?: ReactNode;
  badges: (item: T) => ReactNode;
  children: (item: T) => ReactNode;
}) {
  const { t } = useTranslation();
  const [search, setSearch] = useAddress();
  const opened = useRef<HTMLDivElement>(null);
  // A link may lead to one far down; what is opened by hand is in sight anyway.
  useEffect(() => {
    opened.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const shown = items.filter((item) => mentions(item, search.text ?? ''));
  return (
    <Stack gap="sm">
      <Group gap="xs">
        {items.length > 5 && (
          <SearchBox value={search.text ?? ''} onChange={(text) => setSearch({ text })} label={searchLabel} />
        )}
        {filter}
      </Group>
      {shown.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('connectors.nothingFound')}
        </Text>
      )}
      <Accordion
        chevronPosition="left"
        order={2}
        styles={{ label: { paddingBlock: 7 } }}
        value={search.open ?? null}
        onChange={(open) => setSearch({ open: open ?? '' })}
      >
        {shown.map((item) => (
          <Accordion.Item
            key={item.name}
            value={item.name}
            ref={search.open === item.name ? opened : undefined}
          >
            <Accordion.Control>
              <Group justify="space-between" wrap="nowrap" gap="sm" pr="sm">
                <div style={{ minWidth: 0 }}>
                  <Text size="sm" fw={550}>
                    {say(item.title)}
                  </Text>
                  <Text size="xs" c="dimmed" ff="monospace">
                    {item.name}
                  </Text>
                </div>
                <Group gap={6} wrap="nowrap">
                  {badges(item)}
                </Group>
              </Group>
            </Accordion.Control>
            {/* What is folded is not asked for. */}
            <Accordion.Panel>{search.open === item.name && children(item)}</Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </Stack>
  );
}
