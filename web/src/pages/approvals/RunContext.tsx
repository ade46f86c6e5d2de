/** What a question is about: what came in when the run began, as a form rather than as data. */
import { Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { JsonView } from '@/components/JsonView';
import { Failure, LoadingRows } from '@/components/States';
import { incomingParts } from '../runs/incoming/parts';
import { Disclosed } from '../runs/timeline/Disclosed';
import { shownRecord } from './record';

/** More than so many fields are no form any more. */
const MOST_FIELDS = 24;

export function RunContext({ run }: { run: string }) {
  const { t } = useTranslation();
  return (
    <Disclosed label={t('approvals.details')}>
      <Shown run={run} />
    </Disclosed>
  );
}

function Shown({ run }: { run: string }) {
  const { t } = useTranslation();
  const view = api.useQuery('get', '/api/v1/runs/{run}', { params: { path: { run } } });
  if (view.isPending) return <LoadingRows rows={3} height={20} />;
  if (view.isError) return <Failure error={view.error} compact />;
  const { main } = incomingParts(view.data.event);
  const { fields, lists } = shownRecord(main);
  if (fields.length > MOST_FIELDS) {
    return <JsonView value={main} height={320} label={t('approvals.details')} />;
  }
  if (fields.length === 0 && lists.length === 0) {
    return (
      <Text size="sm" c="dimmed" mt="xs">
        {t('common.json.empty')}
      </Text>
    );
  }
  return (
    <Stack gap="sm" mt="xs">
      {fields.length > 0 && (
        <Table
          withTableBorder
          highlightOnHover={false}
          verticalSpacing={5}
          aria-label={t('approvals.details')}
        >
          <Table.Tbody>
            {fields.map(([label, value]) => (
              <Table.Tr key={label}>
                <Table.Th scope="row" fw={450} w="38%" style={{ overflowWrap: 'anywhere' }}>
                  {label}
                </Table.Th>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {lists.map(([label, rows]) => (
        <div key={label}>
          <Text size="sm" fw={550} mb={4}>
            {label}
          </Text>
          <JsonView value={rows} initial="table" height={320} label={label} />
        </div>
      ))}
    </Stack>
  );
}
