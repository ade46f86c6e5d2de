import { Anchor, Badge, Card, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangleFilled, IconCircleMinus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Connector } from '@/api/catalogue';
import type { Schemas } from '@/api/client';
import { ConnectorIcon } from '@/components/ConnectorIcon';
import { say } from '@/i18n';
import classes from './connectors.module.css';

export function ConnectorCard({
  summary,
  connector,
}: {
  summary: Schemas['ConnectorSummary'];
  connector: Connector | undefined;
}) {
  const { t } = useTranslation();
  const offers = [
    t(`connectors.category.${summary.category}`),
    summary.origin ? t(`connectors.origin.${summary.origin}`) : undefined,
    connector && t('connectors.operations', { count: connector.operations.length }),
    connector?.triggers?.length ? t('connectors.triggers', { count: connector.triggers.length }) : undefined,
    connector?.records?.length ? t('connectors.records', { count: connector.records.length }) : undefined,
  ];
  return (
    <Card className={classes.card} padding="sm">
      <Group wrap="nowrap" align="flex-start" gap="sm">
        <ConnectorIcon name={summary.name} size={34} />
        <Stack gap={4} style={{ minWidth: 0, flex: 1 }}>
          <Group gap={6} justify="space-between" wrap="nowrap">
            <Anchor
              component={Link}
              to="/connectors/$connector"
              params={{ connector: summary.name } as never}
              fw={600}
              size="sm"
              c="inherit"
            >
              {say(summary.title)}
            </Anchor>
            <Text size="xs" c="dimmed" className="numbers">
              {summary.version}
            </Text>
          </Group>
          <Text size="xs" c="dimmed" lineClamp={2} mih={34}>
            {say(summary.description)}
          </Text>
          {(!summary.version || summary.versions > 1) && (
            <Group gap={6}>
              {!summary.version && (
                <Badge color="orange" leftSection={<IconCircleMinus size={12} aria-hidden />}>
                  {t('connectors.disabled')}
                </Badge>
              )}
              {summary.versions > 1 && (
                <Badge color="gray">{t('connectors.versions', { count: summary.versions })}</Badge>
              )}
            </Group>
          )}
          <Text size="xs" c="dimmed" className="numbers">
            {offers.filter(Boolean).join(' · ')}
          </Text>
          {summary.clash && (
            <Group gap={4} wrap="nowrap" align="flex-start">
              <IconAlertTriangleFilled size={13} color="var(--mantine-color-orange-text)" aria-hidden />
              <Text size="xs">{say(summary.clash)}</Text>
            </Group>
          )}
        </Stack>
      </Group>
    </Card>
  );
}
