import { useTranslation } from 'react-i18next';
import { ROLES } from '@/api/session';
import { asked } from './decide';

/** Who is asked, in words. */
export function useAsked(): (approvers: string[]) => string {
  const { t } = useTranslation();
  return (approvers) =>
    approvers
      .map((approver) => {
        const { kind, name } = asked(approver);
        const role = ROLES.find((one) => one === name);
        if (kind === 'role' && role) return t('approvals.who.role', { role: t(`common.role.${role}`) });
        return kind === 'link' ? t('approvals.who.link', { name }) : name;
      })
      .join(', ');
}
