import { Badge, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { IconEye, IconPencil } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type Connector, useOperation } from '@/api/catalogue';
import type { Schemas } from '@/api/client';
import { Failure, LoadingRows } from '@/components/States';
import { say } from '@/i18n';
import { useAddress } from '@/lib/address';
import { SchemaTable } from './SchemaTable';
import { Unfolding } from './Unfolding';

export function Operations({ connector }: { connector: Connector }) {
  const { t } = useTranslation();
  const [search, setSearch] = useAddress();
  const does = search.does ?? 'all';
  const items = connector.operations.filter((one) => does === 'all' || one.read_only === (does === 'read'));
  return (
    <Unfolding
      items={items}
      searchLabel={t('connectors.searchOperations')}
      filter={
        connector.operations.length > 5 && (
          <SegmentedControl
            aria-label={t('connectors.does.label')}
            value={does}
            onChange={(next) => setSearch({ does: next === 'all' ? '' : next })}
            data={(['all', 'read', 'write'] as const).map((value) => ({
              value,
              label: t(`connectors.does.${value}`),
            }))}
          />
        )
      }
      badges={(one) => <Effect readOnly={one.read_only} />}
    >
      {(one) => <Detail connector={connector.name} operation={one} />}
    </Unfolding>
  );
}

export function Effect({ readOnly }: { readOnly: boolean }) {
  const { t } = useTranslation();
  return readOnly ? (
    <Badge color="gray" leftSection={<IconEye size={12} aria-hidden />}>
      {t('connectors.does.reads')}
    </Badge>
  ) : (
    <Badge color="harbour" leftSection={<IconPencil size={12} aria-hidden />}>
      {t('connectors.does.writes')}
    </Badge>
  );
}

function Detail({ connector, operation }: { connector: string; operation: Schemas['OperationSummary'] }) {
  const { t } = useTranslation();
  const whole = useOperation(connector, operation.name);
  return (
    <Stack gap="md">
      <Text size="sm" maw={760}>
        {say(operation.description)}
      </Text>
      {!operation.read_only && (
        <Text size="sm" c="dimmed">
          {t(`connectors.idempotency.${operation.idempotency}`)}
        </Text>
      )}
      {whole.isPending && <LoadingRows rows={3} />}
      {whole.isError && <Failure error={whole.error} compact />}
      {whole.data && (
        <>
          <section>
            <Title order={3} size="h4" mb={4}>
              {t('connectors.input')}
            </Title>
            <SchemaTable schema={whole.data.input} label={t('connectors.input')} />
          </section>
          <section>
            <Title order={3} size="h4" mb={4}>
              {t('connectors.output')}
            </Title>
            <SchemaTable schema={whole.data.output} label={t('connectors.output')} />
          </section>
        </>
      )}
    </Stack>
  );
}
