/** What installing a version brought: what was checked, what to look at, and which flows it would not fit. */
import { Alert, Anchor, List, Stack, Text } from '@mantine/core';
import { IconCircleCheckFilled } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { say } from '@/i18n';
import { Fits } from './Fits';

export function InstallReport({ report }: { report: Schemas['InstalledConnector'] }) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm" pb="sm">
      <Alert
        color="teal"
        variant="light"
        role="status"
        icon={<IconCircleCheckFilled size={18} />}
        title={t(report.new ? 'connectors.report.installed' : 'connectors.report.wasThere', {
          name: report.connector,
          version: report.version,
        })}
      >
        <Text size="sm">{t('connectors.report.fixtures', { count: report.fixtures })}</Text>
        <Anchor
          component={Link}
          to="/connectors/$connector"
          params={{ connector: report.connector } as never}
          size="sm"
        >
          {t('connectors.report.look')}
        </Anchor>
      </Alert>
      {report.warnings.length > 0 && (
        <div>
          <Text size="sm" fw={550}>
            {t('connectors.report.warnings', { count: report.warnings.length })}
          </Text>
          <List size="sm">
            {report.warnings.map((warning) => (
              <List.Item key={`${warning.pointer} ${warning.code}`}>
                {say(warning.message)} {warning.fix && say(warning.fix)}{' '}
                <Text span size="xs" c="dimmed" ff="monospace">
                  {warning.pointer}
                </Text>
              </List.Item>
            ))}
          </List>
        </div>
      )}
      {report.flows.length > 0 && <Fits fits={report.flows} />}
    </Stack>
  );
}
