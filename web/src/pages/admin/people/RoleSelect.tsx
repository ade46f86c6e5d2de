import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Role, useMe } from '@/api/session';
import { rolesUpTo } from './roles';

/** A role, with what it means below. */
export function RoleSelect({
  value,
  onChange,
  label,
}: {
  value: Role;
  onChange: (next: Role) => void;
  label?: string;
}) {
  const { t } = useTranslation();
  const me = useMe();
  const offered = rolesUpTo(me.data?.role ?? 'viewer');
  return (
    <Select
      label={label ?? t('admin.people.role')}
      description={t(`admin.roles.short.${value}`)}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      allowDeselect={false}
      data={(offered.includes(value) ? offered : [...offered, value]).map((role) => ({
        value: role,
        label: t(`common.role.${role}`),
        disabled: !offered.includes(role),
      }))}
      value={value}
      onChange={(next) => next && onChange(next as Role)}
    />
  );
}
