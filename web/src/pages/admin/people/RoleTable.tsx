import { Table, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ROLES, rankOf } from '@/api/session';
import { ABILITIES } from './roles';

/** What each role may do, in plain words. */
export function RoleTable() {
  const { t } = useTranslation();
  return (
    <Table.ScrollContainer
      minWidth={640}
      type="native"
      tabIndex={0}
      role="region"
      aria-label={t('admin.people.tabs.roles')}
    >
      <Table maw={920}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('admin.roles.may')}</Table.Th>
            {ROLES.map((role) => (
              <Table.Th key={role} ta="center" w={104}>
                {t(`common.role.${role}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {ABILITIES.map(([ability, from]) => (
            <Table.Tr key={ability}>
              <Table.Th scope="row" fw={400}>
                <Text size="sm">{t(`admin.roles.${ability}`)}</Text>
              </Table.Th>
              {ROLES.map((role) => (
                <Table.Td key={role} ta="center">
                  {rankOf(role) >= rankOf(from) ? (
                    <IconCheck
                      size={16}
                      color="var(--mantine-color-teal-text)"
                      role="img"
                      aria-label={t('common.yes')}
                    />
                  ) : (
                    <Text span size="sm" c="dimmed" aria-label={t('common.no')} role="img">
                      –
                    </Text>
                  )}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
